-- One request after another from a list of files' worth of variation, and the summary as JSON.
-- Arguments: METHOD, then name=value headers ({n} in a value counts requests), "--body" and a template, "--tokens" and a file.
local method, headers, template, tokens = "GET", {}, nil, {}
local count = 0
local prefix = tostring(os.time()) .. "-" .. tostring(math.random(1, 1000000000))

function init(args)
  math.randomseed(os.time())
  method = args[1] or "GET"
  local i = 2
  while i <= #args do
    if args[i] == "--body" then
      template = io.open(args[i + 1]):read("*a"); i = i + 1
    elseif args[i] == "--tokens" then
      for line in io.lines(args[i + 1]) do tokens[#tokens + 1] = "Bearer " .. line end; i = i + 1
    else
      local name, value = args[i]:match("^([^=]+)=(.*)$")
      headers[name] = value
    end
    i = i + 1
  end
end

function request()
  count = count + 1
  if #tokens > 0 then headers["Authorization"] = tokens[count % #tokens + 1] end
  if template then
    headers["Content-Type"] = "application/json"
    headers["Idempotency-Key"] = prefix .. "-" .. count
    return wrk.format(method, nil, headers, template)
  end
  return wrk.format(method, nil, headers)
end

function done(summary, latency, requests)
  io.write(string.format(
    '\nSUMMARY {"requests":%d,"microseconds":%d,"p50":%f,"p99":%f,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
