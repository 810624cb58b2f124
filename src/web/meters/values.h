// The metrics of the server and its log levels, as JSON.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// The names of all meters.
struct MeterNames {
  std::vector<std::string> names;
};

/// One value of a meter, over all tags.
struct Measurement {
  std::string statistic;
  double value = 0;
};

/// A tag that the samples of a meter have.
struct AvailableTag {
  std::string tag;
  std::vector<std::string> values;
};

/// One meter.
struct Meter {
  std::string name;
  std::string description;
  std::optional<std::string> base_unit;
  std::vector<Measurement> measurements;
  std::vector<AvailableTag> available_tags;
};

/// The level of a logger.
struct Logger {
  std::string configured_level;
  std::string effective_level;
};

/// All loggers.
struct Loggers {
  std::vector<std::string> levels;
  std::map<std::string, Logger> loggers;
};

/// The new level of a logger; null: that of the start.
struct LoggerToSet {
  base::Value configured_level;
};

/// The program.
struct AppInfo {
  std::string name = "gyrfalcon";
  std::string version;
};

/// The commit of which the program was built.
struct CommitInfo {
  std::string id;
  std::string time;
};

/// Its source.
struct GitInfo {
  CommitInfo commit;
};

/// Build information.
struct BuildInfo {
  AppInfo app;
  GitInfo git;
};

}  // namespace json

template <>
struct Described<json::MeterNames> {
  static constexpr std::string_view name = "MeterNames";
  static constexpr auto fields = std::tuple(field("names", &json::MeterNames::names));
};
template <>
struct Described<json::Measurement> {
  using T = json::Measurement;
  static constexpr std::string_view name = "Measurement";
  static constexpr auto fields =
      std::tuple(field("statistic", &T::statistic, {.example = "COUNT"}), field("value", &T::value));
};
template <>
struct Described<json::AvailableTag> {
  using T = json::AvailableTag;
  static constexpr std::string_view name = "AvailableTag";
  static constexpr auto fields = std::tuple(field("tag", &T::tag), field("values", &T::values));
};
template <>
struct Described<json::Meter> {
  using T = json::Meter;
  static constexpr std::string_view name = "Meter";
  static constexpr auto fields =
      std::tuple(field("name", &T::name), field("description", &T::description), field("baseUnit", &T::base_unit),
                 field("measurements", &T::measurements), field("availableTags", &T::available_tags));
};
template <>
struct Described<json::Logger> {
  using T = json::Logger;
  static constexpr std::string_view name = "Logger";
  static constexpr auto fields = std::tuple(field("configuredLevel", &T::configured_level, {.example = "INFO"}),
                                            field("effectiveLevel", &T::effective_level, {.example = "INFO"}));
};
template <>
struct Described<json::Loggers> {
  using T = json::Loggers;
  static constexpr std::string_view name = "Loggers";
  static constexpr auto fields = std::tuple(field("levels", &T::levels), field("loggers", &T::loggers));
};
template <>
struct Described<json::LoggerToSet> {
  static constexpr std::string_view name = "LoggerToSet";
  static constexpr auto fields =
      std::tuple(field("configuredLevel", &json::LoggerToSet::configured_level, {.optional = true}));
};
template <>
struct Described<json::AppInfo> {
  using T = json::AppInfo;
  static constexpr std::string_view name = "AppInfo";
  static constexpr auto fields = std::tuple(field("name", &T::name), field("version", &T::version));
};
template <>
struct Described<json::CommitInfo> {
  using T = json::CommitInfo;
  static constexpr std::string_view name = "CommitInfo";
  static constexpr auto fields = std::tuple(field("id", &T::id), field("time", &T::time));
};
template <>
struct Described<json::GitInfo> {
  static constexpr std::string_view name = "GitInfo";
  static constexpr auto fields = std::tuple(field("commit", &json::GitInfo::commit));
};
template <>
struct Described<json::BuildInfo> {
  using T = json::BuildInfo;
  static constexpr std::string_view name = "BuildInfo";
  static constexpr auto fields = std::tuple(field("app", &T::app), field("git", &T::git));
};

}  // namespace gyr::web
