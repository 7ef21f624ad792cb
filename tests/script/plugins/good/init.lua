assert(io and not os and not debug and plugin.id == "good")
trowel.command {
  name = "greet", summary = "Say hello",
  args = { { name = "who", needed = true }, { name = "times", kind = "int", default = "2", named = true },
           { name = "loud", kind = "bool" }, { name = "how", kind = "choice", choices = "hello|bye", default = "hello" } },
  run = function(a)
    local text = (a.how .. " " .. a.who .. " "):rep(a.times)
    return { text = a.loud and text:upper() or text, who = a.who }
  end,
}
trowel.command { name = "spin", summary = "Never ends", run = function() while true do pcall(function() while true do end end) end end }
trowel.command { name = "stumble", summary = "Fails", run = function() error("over a stone") end }
trowel.command { name = "ask", summary = "Calls other commands", run = function() return { trowel.cmd.greet("you").who, trowel.run("greet me --times 1").text } end }
