// Answers to webhooks, as JSON.
#pragma once

#include <string>

#include "web/executions/values.h"

namespace gyr::web {
namespace json {

/// The execution that a webhook has started: without inputs, variables and task runs (API-83).
struct WebhookResponse {
  const model::Execution* execution;
  base::Instant now;
  std::string url;
};

}  // namespace json

template <>
struct Described<json::WebhookResponse> {
  using T = json::WebhookResponse;
  static constexpr std::string_view name = "WebhookResponse";
  static constexpr bool is_open = true;  // with `returnOutputs`, the answer consists of the outputs of the flow
  static constexpr auto fields = std::tuple(
      field("tenantId", [](const T& of) { return described::filled(of.execution->flow->tenant); }),
      field("id", [](const T& of) { return std::optional(of.execution->id); }),
      field("namespace", [](const T& of) { return std::optional<std::string_view>(of.execution->flow->namespace_); }),
      field("flowId", [](const T& of) { return std::optional<std::string_view>(of.execution->flow->id); }),
      field("flowRevision", [](const T& of) { return std::optional(of.execution->revision); }),
      field("trigger",
            [](const T& of) {
              std::optional<json::ExecutionTrigger> trigger;
              if (of.execution->trigger) trigger = {&*of.execution->trigger};
              return trigger;
            }),
      field("outputs", [](const T& of) { return described::filled(of.execution->outputs, 0); }),
      field("labels", [](const T& of) { return std::optional(std::span<const model::Label>(of.execution->labels)); }),
      field("state", [](const T& of) { return std::optional(json::State{&of.execution->state, of.now}); }),
      field("url", [](const T& of) { return std::optional<std::string_view>(of.url); }));
};

}  // namespace gyr::web
