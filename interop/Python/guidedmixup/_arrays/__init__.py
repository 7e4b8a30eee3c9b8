"""Arrays of any framework, seen as the DLTensors that the library takes: borrowed for a call, never copied."""
