// What the server measures of itself, as Prometheus text and as JSON (API-120, OPS-21 to OPS-23).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.h"
#include "web/route.h"

namespace gyr::web {

enum class MeterKind : uint8_t { gauge, counter, summary };

/// One figure of a meter.
struct Sample {
  std::vector<std::pair<std::string, std::string>> tags;
  double value = 0;    ///< of a summary: how many
  double total = 0;    ///< of a summary alone
  double longest = 0;  ///< of a summary alone
};

/// One thing that is measured.
struct Meter {
  std::string name;  ///< with dots: `process.cpu.usage`
  MeterKind kind = MeterKind::gauge;
  std::string_view help;
  std::string_view unit = {};  ///< part of the exposed name of a summary: `seconds`
  std::vector<Sample> samples;
};

/// Text exposition: dots as underscores, `_total` behind counters, count, sum and maximum of summaries, HELP and TYPE
/// of each (OPS-21).
std::string to_prometheus(const std::vector<Meter>& meters);
/// One meter as `/metrics/{name}` shows it: its measurements over all tags, and the tags there are.
base::Value to_value(const Meter& meter);
/// Every meter of this process. Reads files of /proc: on the pool, not the loop's thread.
std::vector<Meter> process_meters();

/// `/prometheus`, `/metrics`, `/loggers`, `/info`: of the management port.
std::vector<Route> meter_routes();

}  // namespace gyr::web
