// The metrics of the server, as Prometheus text and as JSON (API-120, OPS-21 to OPS-23).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/http/route.h"
#include "web/meters/values.h"

namespace gyr::web {

enum class MeterKind : uint8_t { gauge, counter, summary };

/// One sample of a meter.
struct Sample {
  std::vector<std::pair<std::string, std::string>> tags;
  double value = 0;    ///< for a summary: the count
  double total = 0;    ///< only for a summary
  double longest = 0;  ///< only for a summary
};

/// One meter.
struct Meter {
  std::string name;  ///< with dots: `process.cpu.usage`
  MeterKind kind = MeterKind::gauge;
  std::string_view help;
  std::string_view unit = {};  ///< part of the exposed name of a summary: `seconds`
  std::vector<Sample> samples;
};

/// Text exposition format: dots become underscores; counters end in `_total`; summaries have count, sum and maximum;
/// each has HELP and TYPE (OPS-21).
std::string to_prometheus(const std::vector<Meter>& meters);
/// One meter in the form of `/metrics/{name}`: its measurements over all tags, and its tags.
json::Meter shown_meter(const Meter& meter);
/// Every meter of this process. Reads files of /proc: call it on the pool, not on the loop.
std::vector<Meter> process_meters();

/// `/prometheus`, `/metrics`, `/loggers`, `/info`: of the management port.
std::vector<Route> meter_routes();

}  // namespace gyr::web
