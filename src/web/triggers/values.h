// Triggers, as JSON.
#pragma once

#include "web/flows/values.h"
#include "web/http/described.h"

namespace gyr::web {
namespace json {

struct Backfill;
struct TriggerState;
struct TriggerWithState;
struct TriggerWait;
struct TriggerLogLine;
struct TriggerExplanation;

// Bodies.
struct TriggerName;
struct BackfillToCreate;
struct TriggerToChange;
struct TriggerToDisable;
struct TriggersToDisable;

}  // namespace json

template <>
struct Described<json::Backfill> {
  static constexpr std::string_view name = "Backfill";
  static constexpr auto fields =
      std::tuple(field<base::Instant>("start"), field<base::Instant>("end"), field<base::Instant>("currentDate"),
                 field<bool>("paused"), field<std::optional<Object>>("inputs"),
                 field<std::optional<std::vector<json::Label>>>("labels"),
                 field<std::optional<base::Instant>>("previousNextExecutionDate"));
};
template <>
struct Described<json::TriggerState> {
  static constexpr std::string_view name = "TriggerState";
  static constexpr auto fields = std::tuple(
      field<std::string>("tenantId"), field<std::string>("namespace"), field<std::string>("flowId"),
      field<std::string>("triggerId"), field<std::string>("kind"), field<std::optional<base::Instant>>("date"),
      field<std::optional<base::Instant>>("evaluatedAt"), field<std::optional<base::Instant>>("nextExecutionDate"),
      field<std::optional<base::Instant>>("nextEvaluationDate"), field<base::Instant>("updatedDate"),
      field<base::Instant>("updatedAt"), field<std::optional<std::string>>("executionId"),
      field<std::optional<base::Instant>>("lastTriggeredDate"),
      field<std::optional<base::Instant>>("evaluateRunningDate"), field<bool>("locked"),
      field<std::optional<std::string>>("workerId"), field<bool>("disabled"),
      field<std::optional<std::vector<std::string>>>("stopAfter"), field<std::optional<json::Backfill>>("backfill"));
};
template <>
struct Described<json::TriggerWithState> {
  static constexpr std::string_view name = "TriggerWithState";
  static constexpr auto fields =
      std::tuple(field<std::optional<Object>>("trigger"), field<json::TriggerState>("state"),
                 field<std::optional<Object>>("abstractTrigger"), field<json::TriggerState>("triggerContext"));
};
template <>
struct Described<json::TriggerWait> {
  static constexpr std::string_view name = "TriggerWait";
  static constexpr auto fields =
      std::tuple(field<std::string>("for"), field<std::string>("text"), field<std::optional<base::Instant>>("until"),
                 field<std::vector<Object>>("actions"));
};
template <>
struct Described<json::TriggerLogLine> {
  static constexpr std::string_view name = "TriggerLogLine";
  static constexpr auto fields =
      std::tuple(field<base::Instant>("timestamp"), field<std::string>("level"), field<std::string>("message"));
};
template <>
struct Described<json::TriggerExplanation> {
  static constexpr std::string_view name = "TriggerExplanation";
  static constexpr auto fields = std::tuple(
      field<std::string>("namespace"), field<std::string>("flowId"), field<std::string>("triggerId"),
      field<std::string>("type"), field<std::string>("summary"), field<std::optional<json::TriggerState>>("state"),
      field<std::vector<json::TriggerWait>>("waits"), field<std::vector<json::TriggerLogLine>>("log"));
};
template <>
struct Described<json::TriggerName> {
  static constexpr std::string_view name = "TriggerName";
  static constexpr auto fields =
      std::tuple(field<std::string>("namespace"), field<std::string>("flowId"), field<std::string>("triggerId"));
};
template <>
struct Described<json::BackfillToCreate> {
  static constexpr std::string_view name = "BackfillToCreate";
  static constexpr auto fields = std::tuple(
      field<base::Instant>("start"), field<std::optional<base::Instant>>("end"), field<std::optional<bool>>("paused"),
      field<std::optional<Object>>("inputs"), field<std::optional<std::vector<json::Label>>>("labels"));
};
template <>
struct Described<json::TriggerToChange> {
  static constexpr std::string_view name = "TriggerToChange";
  static constexpr auto fields =
      std::tuple(field<std::string>("namespace"), field<std::string>("flowId"), field<std::string>("triggerId"),
                 field<std::optional<bool>>("disabled"), field<std::optional<json::BackfillToCreate>>("backfill"));
};
template <>
struct Described<json::TriggerToDisable> {
  static constexpr std::string_view name = "TriggerToDisable";
  static constexpr auto fields = std::tuple(field<std::string>("namespace"), field<std::string>("flowId"),
                                            field<std::string>("triggerId"), field<bool>("disabled"));
};
template <>
struct Described<json::TriggersToDisable> {
  static constexpr std::string_view name = "TriggersToDisable";
  static constexpr auto fields = std::tuple(field<std::vector<json::TriggerName>>("triggers"), field<bool>("disabled"));
};

}  // namespace gyr::web
