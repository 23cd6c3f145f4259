-- Questions for wrk, none asked twice: a word, a state, a level and a length. Arguments: path, number of the round.
local words = {
  "nursing", "welding", "computer+science", "business", "dental+assisting", "history", "automotive", "cosmetology",
  "accounting", "biology", "law", "music", "electrician", "mathematics", "education", "plumbing", "nutrition",
  "english", "psychology", "radiology", "carpentry", "finance", "marketing", "physics", "chemistry", "pharmacy",
  "theatre", "spanish", "forestry", "anthropology",
}
local states = {
  "NJ", "CA", "TX", "NY", "FL", "OH", "IL", "PA", "GA", "NC", "MI", "VA", "WA", "AZ", "MA", "TN", "IN", "MD", "MO",
  "WI", "CO", "MN", "SC", "AL", "LA",
}
local levels = { "1", "2", "3", "5", "6", "7" }
local asked = 0

init = function(arguments)
  path, round = arguments[1], tonumber(arguments[2])
end

request = function()
  local left = asked * 7919 % 4500
  local weeks = 1000 + 1000 * round + math.floor(asked / 4500)
  asked = asked + 1
  local word = words[left % 30 + 1]
  left = math.floor(left / 30)
  local state = states[left % 25 + 1]
  local level = levels[math.floor(left / 25) % 6 + 1]
  return wrk.format("GET", path .. "?q=" .. word .. "&state=" .. state .. "&level=" .. level .. "&weeks_max=" .. weeks)
end
