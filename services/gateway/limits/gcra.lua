-- The generic cell rate algorithm (ITU-T I.371, annex A) for several subjects at once, each with a quota of its own.
-- KEYS: one a subject. ARGV: for each its interval between requests and its tolerance, in microseconds.
-- Answers the microseconds until none of them is refused, 0 for a request that passes; then for each how far it is
-- ahead of its schedule, in microseconds. Nobody is charged for a refusal.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answer = {0}
for index, key in ipairs(KEYS) do
  local ahead = math.max(tonumber(redis.call('GET', key) or 0) - now, 0)
  answer[1] = math.max(answer[1], ahead - tonumber(ARGV[2 * index]))
  answer[index + 1] = ahead
end
if answer[1] > 0 then
  return answer
end
for index, key in ipairs(KEYS) do
  local ahead = answer[index + 1] + tonumber(ARGV[2 * index - 1])
  redis.call('SET', key, string.format('%.0f', now + ahead), 'PX', math.ceil(ahead / 1000) + 1)
  answer[index + 1] = ahead
end
return answer
