return { id = "noinit", version = "1", api = 1 }
