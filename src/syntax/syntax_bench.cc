// What parsing and writing cost. A flow is parsed at every save and start of the server; JSON is on every hot path.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "syntax/json.h"
#include "syntax/json_reader.h"
#include "syntax/time.h"
#include "syntax/yaml.h"

namespace gyr::syntax {
namespace {

/// A flow of 394 lines: tasks with expressions, scripts, lists, comments.
std::string flow_of_394_lines() {
  std::string text = "id: orders\nnamespace: company.team\n# takes orders\nlabels: {team: data, tier: \"1\"}\ntasks:\n";
  for (int i = 0; i < 32; ++i) {
    text += fmt::format(
        "  - id: task_{0}\n"
        "    type: io.kestra.plugin.core.log.Log\n"
        "    description: \"Task number {0}: handles {{{{ inputs.order_{0} }}}} and more\"\n"
        "    timeout: PT{0}S\n"
        "    retry:\n"
        "      type: constant\n"
        "      interval: PT5S\n"
        "      maxAttempts: 3\n"
        "    script: |\n"
        "      for item in $(seq 1 {0}); do\n"
        "        echo \"item $item of {{{{ outputs.task_{0}.value }}}}\"  # {0}\n"
        "      done\n",
        i);
  }
  text +=
      "triggers:\n  - id: daily\n    type: io.kestra.plugin.core.trigger.Schedule\n    cron: \"0 9 * * *\"\n    "
      "disabled: false\n";
  return text;
}

/// About 1.6 KB a record, as messages of queues are.
std::string json_of(size_t bytes) {
  std::string text = "[";
  for (int i = 0; text.size() < bytes; ++i) {
    if (i > 0) text += ',';
    text += fmt::format(
        R"({{"id":{0},"name":"customer {0}","email":"c{0}@example.com","active":true,"balance":{0}.25,"tags":["a","b{0}","Größe"],)"
        R"("address":{{"street":"Main street {0}","city":"Paris","zip":"7500{0}"}},"note":null,"text":"line one\nline \"two\""}})",
        i);
  }
  return text + "]";
}

void parse_flow(benchmark::State& state) {
  std::string text = flow_of_394_lines();
  for (auto _ : state) benchmark::DoNotOptimize(parse_yaml(text));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
  state.counters["lines"] = static_cast<double>(std::count(text.begin(), text.end(), '\n'));
}
BENCHMARK(parse_flow);

void write_flow(benchmark::State& state) {
  base::Value value = (*parse_yaml(flow_of_394_lines()))->to_value();
  for (auto _ : state) benchmark::DoNotOptimize(write_yaml(value));
}
BENCHMARK(write_flow);

void parse_json_text(benchmark::State& state) {
  std::string text = json_of(static_cast<size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(parse_json(text));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(parse_json_text)->Arg(20)->Arg(1600)->Arg(16'000)->Arg(160'000)->Arg(3'000'000);

/// The parser that reports positions, without simdjson.
void parse_json_unindexed(benchmark::State& state) {
  std::string text = json_of(static_cast<size_t>(state.range(0)));
  JsonLimits limits;
  for (auto _ : state) benchmark::DoNotOptimize(JsonReader(text, limits).read(false));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(parse_json_unindexed)->Arg(20)->Arg(1600)->Arg(16'000)->Arg(160'000)->Arg(3'000'000);

void write_json_text(benchmark::State& state) {
  base::Value value = *parse_json(json_of(static_cast<size_t>(state.range(0))));
  size_t bytes = 0;
  for (auto _ : state) bytes += write_json(value).size();
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}
BENCHMARK(write_json_text)->Arg(1600)->Arg(160'000);

void format_instant_text(benchmark::State& state) {
  base::Instant instant{1'709'208'000, 123'000'000};
  for (auto _ : state) {
    benchmark::DoNotOptimize(format_instant(instant));
    instant.seconds += 1;
  }
}
BENCHMARK(format_instant_text);

void parse_instant_text(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_instant("2024-02-29T12:00:00.123Z"));
}
BENCHMARK(parse_instant_text);

}  // namespace
}  // namespace gyr::syntax
