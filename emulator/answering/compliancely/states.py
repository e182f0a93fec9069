"""The states that a Secretary-of-State search knows: those of the USA and the District of Columbia, in lower case."""

from __future__ import annotations

STATES = frozenset(
    """
    alabama,alaska,arizona,arkansas,california,colorado,connecticut,delaware,district of columbia,florida,georgia,
    hawaii,idaho,illinois,indiana,iowa,kansas,kentucky,louisiana,maine,maryland,massachusetts,michigan,minnesota,
    mississippi,missouri,montana,nebraska,nevada,new hampshire,new jersey,new mexico,new york,north carolina,
    north dakota,ohio,oklahoma,oregon,pennsylvania,rhode island,south carolina,south dakota,tennessee,texas,utah,
    vermont,virginia,washington,west virginia,wisconsin,wyoming
    """.replace("\n", "")
    .replace("    ", "")
    .split(",")
)
