// The cost of rendering, warm (compiled once, evaluated often). bench/README.md has the goals.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <new>

#include "expression/template.h"
#include "syntax/json.h"

// Every allocation of this program is counted: constant strings must make none.
namespace {
uint64_t allocation_count = 0;
}
void* operator new(size_t bytes) {
  ++allocation_count;
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t /*bytes*/) noexcept { std::free(memory); }

namespace gyr::expression {
namespace {

using base::Value;

/// The context of a task in the middle of a flow: inputs, ten earlier tasks, an execution.
Value context_of_a_task() {
  base::MapBuilder outputs;
  for (std::string_view task : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}) {
    outputs.set(task, *syntax::parse_json(
                          R"({"values": {"message": "hello", "count": 7, "items": [1, 2, 3]}, "uri": "kestra:///x"})"));
  }
  base::MapBuilder context(*syntax::parse_json(R"json({
    "inputs": {"name": "Ada", "amount": 12.5, "date": "2024-02-29T12:00:00Z", "tags": ["x", "y", "z"]},
    "flow": {"id": "orders", "namespace": "company.team", "revision": 3},
    "execution": {"id": "E1", "startDate": "2024-02-29T12:00:00.123Z", "state": "RUNNING"},
    "taskrun": {"id": "T1", "value": "b", "attemptsCount": 1}, "labels": {"env": "prod"}, "vars": {"limit": 10}})json"));
  context.set("outputs", outputs.build());
  return context.build();
}

/// About 1 KB as people write it: a message of text with paths, filters, a choice, a date and a small loop.
constexpr std::string_view mixed_template =
    "Dear {{ inputs.name | upper }},\n\nthe order of {{ inputs.amount }} EUR from {{ inputs.date | date('yyyy-MM-dd') "
    "}} was taken by flow "
    "{{ flow.namespace }}.{{ flow.id }} (revision {{ flow.revision }}) as execution {{ execution.id }}. Its message "
    "was "
    "\"{{ outputs.a.values.message }}\" and {{ outputs.b.values.count + 1 }} items were looked at.\n\n{% if labels.env "
    "== 'prod' %}This is "
    "the production system: please do not answer this message, nobody reads what is sent here. Write to the address at "
    "the end instead."
    "{% else %}This is a test, you may ignore it. No order was made and nothing will be delivered to your address.{% "
    "endif %}\n\nTags: {% for "
    "tag in inputs.tags %}{{ tag }}{% if not loop.last %}, {% endif %}{% endfor %}\nThe limit was {{ vars.limit }}, "
    "the attempt number "
    "{{ taskrun.attemptsCount }}, the value {{ taskrun.value ?? 'none' }}.\nThe file is at {{ outputs.c.uri }} and "
    "stays there for thirty days; "
    "after that it is removed with everything that belongs to the execution.\n\nWith kind regards,\nthe team of {{ "
    "flow.namespace | "
    "replace({'.': ' / '}) }}\n\nsupport@example.com, +33 1 23 45 67 89, open on working days from nine to five.\n";

/// Renders until the benchmark has enough samples; reports the allocations of one rendering.
void render_often(benchmark::State& state, std::string_view text) {
  auto compiled = Template::compile(text);
  ValueContext context(context_of_a_task());
  Environment environment;
  environment.now = {1'709'208'000, 0};
  Outcome first = compiled->render(context, environment);
  if (!first.ok()) {
    state.SkipWithError(first.failed() ? first.error().message().c_str() : "it asks a host");
    return;
  }
  uint64_t before = allocation_count;
  for (auto _ : state) benchmark::DoNotOptimize(compiled->render(context, environment));
  state.counters["allocations"] =
      benchmark::Counter(static_cast<double>(allocation_count - before), benchmark::Counter::kAvgIterations);
}

void render_path(benchmark::State& state) { render_often(state, "{{ outputs.a.values.message }}"); }
BENCHMARK(render_path);

void render_constant(benchmark::State& state) { render_often(state, "a constant string of a property"); }
BENCHMARK(render_constant);

void render_mixed_of_1_kb(benchmark::State& state) {
  render_often(state, mixed_template);
  state.counters["template_bytes"] = static_cast<double>(mixed_template.size());
}
BENCHMARK(render_mixed_of_1_kb);

void render_loop_of_10000(benchmark::State& state) {
  render_often(state, "{% for i in 1..10000 %}{{ i }},{% endfor %}");
}
BENCHMARK(render_loop_of_10000)->Unit(benchmark::kMicrosecond);

void compile_mixed_of_1_kb(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Template::compile(mixed_template));
}
BENCHMARK(compile_mixed_of_1_kb);

}  // namespace
}  // namespace gyr::expression
