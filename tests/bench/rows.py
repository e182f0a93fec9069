"""What is measured, and the bars and goals it is held to. The numbers of the rows are those of docs/performance.md."""

from __future__ import annotations

from tests.bench import asking_rows, call_rows, engine_rows, query_rows, server_rows
from tests.bench.lines import Row

ROWS: dict[int, Row] = {
    1: engine_rows.whole_engine,
    2: server_rows.one_event,
    3: server_rows.first_thousand,
    4: server_rows.start_to_ready,
    5: engine_rows.light_commands,
    6: server_rows.memory,
    7: engine_rows.punctuality,
    8: engine_rows.burst,
    9: engine_rows.retries,
    10: engine_rows.simulated,
    11: query_rows.queries,
    12: server_rows.polled,
    13: call_rows.request_to_webhook,
    14: server_rows.streamed,
    15: asking_rows.questions,
}
