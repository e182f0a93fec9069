"""The life of deliveries: planning, retries, judging, explaining; pure, without I/O, clock or chance."""
