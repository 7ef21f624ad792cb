return { id = "good", version = "2.1", api = { 1, 9 }, summary = "greets", permissions = { "fs.read" } }
