-- An example: copy it to $XDG_CONFIG_HOME/trowel/init.lua (~/.config/trowel/init.lua) and keep what you like.
-- The workbench runs that file at its start; a mistake in it is a message and stops nothing.

-- Options, as in :set
trowel.set("theme", "dark")
-- trowel.set("max_width", 60)

-- Keys: context, keys, command line
trowel.keymap [[
grid  <F5> -> profile
]]

-- A command of your own: `:younger 40`
trowel.command {
  name = "younger",
  summary = "Show the rows with an age below a number",
  args = {
    { name = "limit", kind = "int", needed = true, help = "the age to stay below" },
  },
  run = function(args)
    trowel.cmd.filter(("age < %d"):format(args.limit))
  end,
}
