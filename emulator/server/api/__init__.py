"""The handlers of the API, one resource a file. Each takes a `Call` and gives an answer; the route table names them."""
