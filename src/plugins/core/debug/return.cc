// io.kestra.plugin.core.debug.Return (CORE-73, TASK-91)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"

namespace gyr::plugins::core {
namespace {

struct Return {
  model::Dynamic<std::string> format;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// Length as Java counts it: characters beyond the basic plane are two.
size_t utf16_length(std::string_view text) {
  size_t length = 0;
  for (char character : text) {
    auto byte = static_cast<unsigned char>(character);
    length += (byte & 0xC0) != 0x80 ? 1 : 0;
    length += byte >= 0xF0 ? 1 : 0;
  }
  return length;
}

base::Task<plugin::TaskResult> Return::run(plugin::RunContext& context) const {
  base::Instant begin = context.now();
  GYR_CO_TRY(auto value, co_await context.render(format));
  if (value) context.log(model::LogLevel::debug, *value);
  double took_ms = (context.now() - begin).to_fraction() * 1000;
  context.metric(model::MetricType::counter, "length", value ? static_cast<double>(utf16_length(*value)) : 0, {});
  context.metric(model::MetricType::timer, "duration", took_ms, {});
  if (!value) co_return plugin::Success{};
  co_return plugin::Success{base::Value::map({{"value", base::Value::string(*value)}}), std::nullopt};
}

}  // namespace

plugin::TaskType return_task() {
  return plugin::task_type<Return>("io.kestra.plugin.core.debug.Return")
      .title("Returns a rendered string")
      .documentation("Use it to try out expressions and to compute values for later tasks.")
      .trait(plugin::Trait::pure)
      .property("format", &Return::format, {.title = "Text to return", .group = "main"})
      .output("value", {.type = model::ValueType::string, .title = "Rendered text"})
      .metric("length", model::MetricType::counter, "Length of the text in UTF-16 code units")
      .metric("duration", model::MetricType::timer, "Duration of the rendering")
      .example("Returns a text", R"(id: greet
type: io.kestra.plugin.core.debug.Return
format: "Hello from {{ flow.id }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
