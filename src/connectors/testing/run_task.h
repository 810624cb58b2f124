// Connectors in tests: their texts, and runs of their tasks.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "connectors/connectors.h"
#include "connectors/read_definition.h"
#include "connectors/recorded_http.h"
#include "connectors/replay.h"
#include "model/bind.h"
#include "plugins/testing/fake_run_context.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::connectors::testing {

/// A connector with one type, `a.B`. The body is indented by four blanks.
inline std::string connector_of(std::string_view body) {
  return fmt::format(R"(connector: c
title: C
http: {{base: "https://h.example"}}
elements:
  - type: a.B
    title: T
    example: "{{}}"
{})",
                     body);
}

/// The text with one place changed, which must be there.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// The first problem of a connector: that it makes no sense, or that one of its tests fails. Empty: there is none.
inline std::string first_problem(const std::string& text) {
  base::Result<void> loaded;
  for (const ReplayResult& result : replay("c.yaml", text, &loaded)) {
    if (!result.problem.empty()) return result.test + ": " + result.problem;
  }
  return loaded ? std::string() : loaded.error().message();
}

/// One exchange with `https://h.example`; the response is JSON.
inline ExchangeSpec exchange(std::string_view method, std::string_view path, std::string_view response) {
  auto parsed = syntax::parse_json(response);
  EXPECT_TRUE(parsed.has_value()) << response;
  return {base::Value::map({{"method", base::Value::string(method)},
                            {"url", base::Value::string(fmt::format("https://h.example{}", path))}}),
          parsed ? *std::move(parsed) : base::Value::empty_map()};
}

/// Runs tasks of one connector in a FakeRunContext, on a loop whose time does not pass by itself.
class ConnectorBench {
 public:
  explicit ConnectorBench(std::string_view text) {
    auto definition = read_definition("c.yaml", text);
    EXPECT_TRUE(definition.has_value()) << definition.error().message();
    if (!definition) return;
    for (auto& type : task_types(std::make_shared<const Definition>(*std::move(definition))))
      registry.add(std::move(type));
  }

  /// A task of the type `a.B` with these properties, until it ends. Once `until` holds, the task is cancelled.
  plugin::TaskResult run(plugin::HttpClient& http, std::string_view properties = {},
                         const std::function<bool()>& until = {}) {
    auto node = syntax::parse_yaml(fmt::format("{{id: t, type: a.B, {}}}", properties));
    EXPECT_TRUE(node.has_value()) << properties;
    model::TaskSpec task;
    model::BindContext binding(registry);
    if (node) model::Binder<model::TaskSpec>::bind(*node, task, binding);
    for (const auto& found : binding.diagnostics()) {
      if (found.severity == syntax::Severity::error) ADD_FAILURE() << found.path << ": " << found.message;
    }
    context.given_http = &http;
    std::optional<plugin::TaskResult> result;
    base::TaskScope scope(loop);
    auto attempt = [&]() -> base::Task<void> {
      result.emplace(co_await registry.type_of(task).run(*task.object, context));
    };
    scope.spawn(attempt());
    bool cut = false;
    do {
      loop.run_ready();
      if (until && !cut && !result && until()) {
        cut = true;
        context.cancel.cancel();
        loop.run_ready();
      }
    } while (!result && loop.advance_to_next_timer());
    context.given_http = nullptr;
    context.cancel = base::CancelSource();
    EXPECT_TRUE(result.has_value()) << "the task waits for something that never comes";
    return result ? *std::move(result)
                  : plugin::TaskResult(std::unexpected(plugin::Failure({plugin::task_failed, ""})));
  }

  /// The same, with recorded answers, all of which must be asked for.
  plugin::TaskResult replay(const std::vector<ExchangeSpec>& exchanges, std::string_view properties = {},
                            const std::function<bool()>& until = {}) {
    RecordedHttp http(exchanges);
    auto result = run(http, properties, until);
    EXPECT_EQ(http.problem(), "");
    return result;
  }

  base::ManualLoop loop;
  plugin::Registry registry;
  plugins::testing::FakeRunContext context{loop};
};

}  // namespace gyr::connectors::testing
