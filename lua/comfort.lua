-- Comfort functions of the host state, over what C gives it. Loaded once when the state is made.

--- Names of the current dataset's columns; `want` picks by type ("integer"), by role ("@id") or by a pattern.
function trowel.columns(want)
  local dataset = trowel.dataset()
  local names = {}
  for _, column in ipairs(dataset and dataset.columns or {}) do
    local taken = not want or column.type == want or "@" .. column.role == want
    if not taken and want ~= "" and want:sub(1, 1) ~= "@" then
      taken = column.name:find(want) ~= nil
    end
    if taken then
      names[#names + 1] = column.name
    end
  end
  return names
end

--- pairs() in the order of the keys, numbers before texts: the same in every run.
function sorted(t)
  local keys = {}
  for key in pairs(t) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    if type(a) ~= type(b) then
      return type(a) == "number"
    end
    return a < b
  end)
  local i = 0
  return function()
    i = i + 1
    return keys[i], t[keys[i]]
  end
end
