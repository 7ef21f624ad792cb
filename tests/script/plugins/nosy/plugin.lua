return { id = os and "nosy" or "nosy", version = "1", api = { 1, 1 } }
