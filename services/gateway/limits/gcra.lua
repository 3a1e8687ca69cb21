-- The generic cell rate algorithm (ITU-T I.371, annex A) for several requests at once, each of several subjects.
-- Requests of the same subjects are a group. ARGV: for each group how many requests, how many subjects, and for each
-- subject its interval between requests and its tolerance, in microseconds. KEYS: the subjects' in the same order.
-- Answers for each request, in that order, the microseconds until none of its subjects is refused, 0 for one that
-- passes; then for each subject how far it is ahead of its schedule, in microseconds. Nobody is charged for a refusal.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local arrivals, charged, answer = {}, {}, {}
for index, arrival in ipairs(redis.call('MGET', unpack(KEYS))) do
  arrivals[KEYS[index]] = tonumber(arrival or 0)
end
local argument, before = 1, 0
while argument < #ARGV do
  local requests, subjects = tonumber(ARGV[argument]), tonumber(ARGV[argument + 1])
  for _ = 1, requests do
    local first, wait = #answer + 1, 0
    answer[first] = 0
    for subject = 1, subjects do
      local ahead = math.max(arrivals[KEYS[before + subject]] - now, 0)
      wait = math.max(wait, ahead - ARGV[argument + 2 * subject + 1])
      answer[first + subject] = ahead
    end
    answer[first] = wait
    if wait == 0 then
      for subject = 1, subjects do
        local key = KEYS[before + subject]
        local ahead = answer[first + subject] + ARGV[argument + 2 * subject]
        arrivals[key], charged[key], answer[first + subject] = now + ahead, ahead, ahead
      end
    end
  end
  argument, before = argument + 2 + 2 * subjects, before + subjects
end
for key, ahead in pairs(charged) do
  redis.call('SET', key, string.format('%.0f', arrivals[key]), 'PX', math.ceil(ahead / 1000) + 1)
end
return answer
