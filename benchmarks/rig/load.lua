-- Says what wrk has measured as one line of JSON; times in microseconds. Asks for the paths in the file PATHS in turn.
local file = os.getenv("PATHS")
if file then
  local requests, last = {}, 0
  function request()
    if #requests == 0 then
      for path in io.lines(file) do
        requests[#requests + 1] = wrk.format(nil, path)
      end
    end
    last = last % #requests + 1
    return requests[last]
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "broken": %d, "refused": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
