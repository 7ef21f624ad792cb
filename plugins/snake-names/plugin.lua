return {
  id = "snake-names",
  version = "1.0.0",
  api = { 1, 1 },
  summary = "Adds :snake-names, which writes all column names in snake_case",
  permissions = {},
}
