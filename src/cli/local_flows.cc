#include "cli/local_flows.h"

#include "cli/await.h"
#include "cli/errors.h"
#include "cli/flow_files.h"
#include "model/errors.h"
#include "syntax/diagnostic.h"

namespace gyr::cli {
namespace {

struct ReadyFlow {
  std::shared_ptr<const model::Flow> flow;
  std::string source;
};

/// Prints the errors of a flow that is not valid.
void print_errors(const Session& session, const FlowFile& file, const model::ParsedFlow& parsed) {
  std::vector<syntax::Diagnostic> errors;
  for (const syntax::Diagnostic& found : parsed.diagnostics) {
    if (found.severity == syntax::Severity::error) errors.push_back(found);
  }
  session.console.err.write(
      syntax::print_diagnostics(errors, file.name, file.text, {.color = session.console.color(session.console.err)}) +
      '\n');
}

/// Parses all flows of a file and appends them to `flows`; false if a flow is not valid. A flow that is in the list
/// already is skipped: the file to run may be in one of the folders of the others.
base::Result<bool> parse_file(Session& session, LocalRuntime& runtime, const std::string& path,
                              std::vector<ReadyFlow>& flows) {
  GYR_TRY(auto file, read_flow_file(path, session.console));
  bool good = true;
  for (const syntax::YamlPart& part : file->parts) {
    model::ParsedFlow parsed = parse_part(*file, part, session.program.registry(), runtime.parse_options());
    if (!parsed.ok()) {
      print_errors(session, *file, parsed);
      good = false;
      continue;
    }
    bool known = std::ranges::any_of(flows, [&](const ReadyFlow& other) {
      return other.flow->id == parsed.flow->id && other.flow->namespace_ == parsed.flow->namespace_;
    });
    if (!known) flows.push_back({std::move(parsed.flow), model::strip_revision_line(part.text)});
  }
  return good;
}

base::Result<void> save(LocalRuntime& runtime, const ReadyFlow& ready) {
  executor::SaveFlow command;
  command.row.key = {std::string(local_tenant), ready.flow->namespace_, ready.flow->id};
  command.row.source = ready.source;
  command.row.disabled = ready.flow->disabled;
  command.row.labels = ready.flow->labels;
  command.row.description = ready.flow->description;
  GYR_CHECK(await<executor::Answer>(
      [&](auto callback) { runtime.commands().submit(std::move(command), std::move(callback)); }));
  return {};
}

}  // namespace

base::Result<std::shared_ptr<const model::Flow>> save_flows(Session& session, LocalRuntime& runtime,
                                                            const std::string& main_file,
                                                            const std::vector<std::string>& others) {
  std::vector<ReadyFlow> flows;
  GYR_TRY(std::vector<std::string> files, find_flow_files(others));
  GYR_TRY(bool good, parse_file(session, runtime, main_file, flows));
  for (const std::string& file : files) {
    GYR_TRY(bool also_good, parse_file(session, runtime, file, flows));
    good = good && also_good;
  }
  if (!good || flows.empty()) {
    return base::fail(base::Error(model::unreadable_flow, "cannot run the flow: a flow is not valid")
                          .with_hint("correct the errors above; `gyr flow validate` also shows warnings"));
  }
  // The flow to run is saved last, after the flows that it starts.
  for (size_t i = flows.size(); i > 0; --i) GYR_CHECK(save(runtime, flows[i - 1]));
  return flows.front().flow;
}

}  // namespace gyr::cli
