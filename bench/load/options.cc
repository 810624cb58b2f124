#include "options.h"

#include <charconv>
#include <cmath>
#include <fstream>

#include "base/text.h"
#include "codes.h"

namespace gyr::load {

const char* const usage_text =
    R"(gyr_load open   --url URL --rate N (--seconds N | --count N) [--start PATH] [--wait PATH [--wait-share 0.05]]
gyr_load closed --url URL --connections N [--seconds N | --count N] (--start PATH | --wait PATH)
gyr_load sync FOLDER

open    arrivals at a fixed rate; latencies count from the moment an arrival was due
closed  each connection starts the next execution when the last one was answered
sync    the time that a small durable write takes in FOLDER

--start PATH        a POST there starts an execution and answers at once
--wait PATH         a POST there answers when the execution has ended
--executions PATH   a GET of PATH + id shows an execution (/api/v1/main/executions/)
--connections N     at most (open), exactly (closed): 64
--timeout SECONDS   of a request: 60          --drain-timeout SECONDS   until the last execution has ended: 60
--read-back N       executions looked at afterwards: 200000
--until WHAT        ended; or acknowledged, for executions that wait for somebody: none is looked at afterwards
--server-pid PID    whose CPU time and memory are told
--user FILE         a file that holds `name:password`

SIGINT and SIGTERM end the load early. The result is one line of JSON.
)";

namespace {

base::Result<double> positive(std::string_view name, std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value <= 0 || value > 1e9) {
    return base::fail(bad_option, fmt::format("{} takes a number above 0, not '{}'", name, text));
  }
  return value;
}

base::Result<std::string> authorization_from(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) return base::fail(bad_option, fmt::format("{} cannot be read", file));
  return "Basic " + base::base64_encode(line);
}

base::Result<void> set_option(LoadOptions& options, std::string_view name, std::string_view value) {
  const auto seconds = [](double s) { return std::chrono::nanoseconds(static_cast<int64_t>(s * 1e9)); };
  if (name == "--url") {
    GYR_TRY(options.url, parse_url(value));
  } else if (name == "--start" || name == "--wait" || name == "--executions") {
    if (!value.starts_with('/') || value.find_first_of(" \r\n") != std::string_view::npos) {
      return base::fail(bad_option, fmt::format("{} takes a path that starts with '/', not '{}'", name, value));
    }
    (name == "--start" ? options.start_path : name == "--wait" ? options.wait_path : options.executions_path) = value;
  } else if (name == "--until") {
    if (value != "ended" && value != "acknowledged") {
      return base::fail(bad_option, fmt::format("--until takes ended or acknowledged, not '{}'", value));
    }
    options.until_ended = value == "ended";
  } else if (name == "--user") {
    GYR_TRY(options.authorization, authorization_from(std::string(value)));
  } else {
    GYR_TRY(const double number, positive(name, value));
    if (name == "--rate") {
      options.rate = number;
    } else if (name == "--seconds") {
      options.seconds = number;
    } else if (name == "--count") {
      options.count = static_cast<uint64_t>(number);
    } else if (name == "--connections") {
      options.connections = static_cast<size_t>(number);
    } else if (name == "--wait-share") {
      options.wait_share = number;
    } else if (name == "--timeout") {
      options.timeout = seconds(number);
    } else if (name == "--drain-timeout") {
      options.drain_timeout = seconds(number);
    } else if (name == "--read-back") {
      options.read_back = static_cast<uint64_t>(number);
    } else if (name == "--server-pid") {
      options.server_pid = static_cast<int>(number);
    } else {
      return base::fail(bad_option, fmt::format("there is no option '{}'", name));
    }
  }
  return {};
}

}  // namespace

base::Result<std::variant<LoadOptions, SyncCommand>> parse_options(std::span<const char* const> words) {
  const std::string_view mode = words.empty() ? "" : words[0];
  if (mode == "sync") {
    if (words.size() != 2) return base::fail(bad_option, "sync takes one folder");
    return SyncCommand{words[1]};
  }
  if (mode != "open" && mode != "closed") {
    return base::fail(bad_option, fmt::format("'{}' is neither open nor closed nor sync", mode));
  }
  LoadOptions options;
  for (size_t i = 1; i < words.size(); i += 2) {
    if (i + 1 == words.size()) return base::fail(bad_option, fmt::format("{} lacks its value", words[i]));
    GYR_CHECK(set_option(options, words[i], words[i + 1]));
  }
  if (options.url.host.empty()) return base::fail(bad_option, "--url is missing");
  if (options.start_path.empty() && options.wait_path.empty()) {
    return base::fail(bad_option, "--start or --wait must say what to call");
  }
  if (mode == "open") {
    if (options.rate == 0) return base::fail(bad_option, "an open load needs --rate");
    if (options.seconds == 0 && options.count == 0)
      return base::fail(bad_option, "an open load needs --seconds or --count");
    const bool mixed = !options.start_path.empty() && !options.wait_path.empty();
    if (mixed != (options.wait_share > 0) || options.wait_share > 1) {
      return base::fail(bad_option, "--wait-share (0 to 1) goes with --start and --wait together");
    }
  } else {
    if (options.rate != 0) return base::fail(bad_option, "a closed load has no --rate");
    if (!options.start_path.empty() && !options.wait_path.empty()) {
      return base::fail(bad_option, "a closed load takes --start or --wait, not both");
    }
  }
  return options;
}

}  // namespace gyr::load
