-- "Kunde seit" becomes kunde_seit, "E-Mail" e_mail, "lengthOfStay" length_of_stay; equal names get a number.

local function snake(name)
  local text = name:gsub("(%l)(%u)", "%1_%2"):gsub("[%s%p]+", "_"):gsub("^_+", ""):gsub("_+$", "")
  text = text:lower()
  if text == "" then
    text = "column"
  elseif text:match("^%d") then
    text = "c_" .. text
  end
  return text
end

local function unique(name, taken)
  local candidate, number = name, 1
  while taken[candidate] do
    number = number + 1
    candidate = name .. "_" .. number
  end
  taken[candidate] = true
  return candidate
end

trowel.command {
  name = "snake-names",
  summary = "Write all column names in snake_case",
  help = "Blanks and signs become '_', capitals small; names that become equal get a number. Recorded as one rename.",
  run = function()
    local taken, from, to = {}, {}, {}
    for _, name in ipairs(trowel.columns()) do
      local new = unique(snake(name), taken)
      if new ~= name then
        from[#from + 1], to[#to + 1] = name, new
      end
    end
    if #from > 0 then -- one step, because names may trade places
      trowel.cmd.clean { method = "rename", cols = from, to = to }
    end
    return ("%d column%s renamed"):format(#from, #from == 1 and "" or "s")
  end,
}
