#include "cli/execution_text.h"

#include "model/execution_json.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

constexpr size_t a_page = 500;
constexpr syntax::JsonOptions as_rest{.duration_as_iso = true};

}  // namespace

base::Result<void> write_execution(Output& output, store::Reader& reader, const store::ExecutionRow& row,
                                   base::Instant now) {
  const model::Execution& execution = row.execution;
  std::string out;
  syntax::append_json(out, model::execution_to_value(execution, {}, now), as_rest);
  out.pop_back();
  out += ",\"taskRunList\":[";
  bool first = true;
  for (uint32_t from = 0;;) {
    GYR_TRY(auto runs, reader.task_runs(execution.id, from, a_page));
    for (const store::TaskRunRow& run : runs) {
      if (!std::exchange(first, false)) out += ',';
      syntax::append_json(out, model::task_run_to_value(run.run, execution, now), as_rest);
    }
    output.write(out);
    out.clear();
    if (runs.size() < a_page) break;
    from = runs.back().position + 1;
  }
  out += "],\"logs\":[";
  store::LogQuery query{store::Visible::internal("a command on the files of the installation")};
  query.tenant = execution.flow->tenant;
  query.execution_id = execution.id;
  query.paging.size = a_page;
  first = true;
  store::LogCursor cursor;
  while (true) {
    GYR_TRY(auto lines, reader.read_log(query, cursor));
    for (const model::LogEntry& entry : lines) {
      if (!std::exchange(first, false)) out += ',';
      syntax::append_json(out, model::log_to_value(entry), as_rest);
    }
    output.write(out);
    out.clear();
    if (lines.size() < a_page) break;
  }
  output.write("]}\n");
  return {};
}

}  // namespace gyr::cli
