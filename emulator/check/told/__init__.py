"""What a check found, as people and programs read it: a table, JSON, JUnit XML, HTML and SARIF."""
