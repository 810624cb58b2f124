// The configuration: a YAML file with Kestra's keys, environment variables over it, the command line over both.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "base/value.h"

namespace gyr::main {

inline constexpr base::ErrorCode bad_configuration{"GYR-C001"};

/// Values by dotted key (`kestra.storage.local.base-path`). Keys are compared as Micronaut compares them: case and
/// dashes do not count, so `basicAuth`, `basic-auth` and `BASIC_AUTH` are one. Immutable once read.
class Configuration {
 public:
  Configuration() : root_(base::Value::empty_map()) {}

  /// `file`: a YAML file, empty for none. `environment`: `NAME=value` entries. KESTRA_CONFIGURATION holds a whole YAML
  /// document that lies over the file; KESTRA_…, GYR_… (`gyr.…`, and short for KESTRA_…), MICRONAUT_…, DATASOURCES_…
  /// and ENDPOINTS_… set single keys.
  static base::Result<Configuration> read(const std::string& file, const char* const* environment);
  static base::Result<Configuration> parse(std::string_view yaml, const std::string& name);
  /// This one with the values of another over it.
  Configuration over(const Configuration& stronger) const;

  std::optional<std::string> text(std::string_view key) const;
  std::string text(std::string_view key, std::string_view otherwise) const;
  base::Result<int64_t> integer(std::string_view key, int64_t otherwise, int64_t least, int64_t most) const;
  base::Result<bool> boolean(std::string_view key, bool otherwise) const;
  base::Result<base::Duration> duration(std::string_view key, base::Duration otherwise) const;
  /// A YAML list, or texts separated by commas.
  std::vector<std::string> list(std::string_view key) const;
  /// Whatever stands there; null where nothing does.
  base::Value value(std::string_view key) const;

 private:
  void set(std::string_view variable, std::string_view text);
  base::Value root_;                           // of the documents
  std::map<std::string, std::string> single_;  // of the environment, by normal form
};

}  // namespace gyr::main
