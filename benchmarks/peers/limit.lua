-- The generic cell rate algorithm (ITU-T I.371, annex A) for several subjects at once.
-- KEYS: one a subject. ARGV: interval between requests and tolerance, both in microseconds.
-- Answers 0, or the microseconds until the first refused subject may call again; nobody is charged for a refusal.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
local tolerance = tonumber(ARGV[2])
local arrivals = {}
for index, key in ipairs(KEYS) do
  local arrival = math.max(tonumber(redis.call('GET', key) or 0), now)
  if arrival - now > tolerance then
    return {arrival - now - tolerance}
  end
  arrivals[index] = arrival + interval
end
for index, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', arrivals[index]), 'PX', math.ceil((arrivals[index] - now) / 1000) + 1)
end
return {0}
