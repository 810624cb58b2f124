// `gyr flow deploy`, `flow diff`, `dashboard deploy`, `blueprint use`: from files or blueprints to a server (CLI-60).
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/flow_files.h"
#include "cli/flow_sources.h"
#include "cli/line_changes.h"
#include "cli/listing.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::cli {
namespace {

using base::Value;

/// Each file is told, also after one that failed; the exit code is the worst.
class FlowDeploy final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positionals("FILE", paths_, "files and folders with flows; `-` is standard input");
    arguments.flag("--override", override_, "update flows that exist");
    arguments.option("--namespace", "NAMESPACE", namespace_, "save all flows in this namespace");
    arguments.flag("--fail-fast", fail_fast_, "stop at the first flow that fails");
    arguments.flag("--dry-run", dry_run_, "say what would be done, and change nothing");
    arguments.flag("--json", json_, "print [{\"file\", \"namespace\", \"id\", \"action\", \"error\"}]");
    client_.declare(arguments);
  }

  int run(Session& session) override {
    if (paths_.empty())
      return session.fail(base::Error(wrong_usage, "FILE is missing").with_hint("for example: gyr flow deploy flows/"));
    auto files = find_flow_files(paths_);
    if (!files) return session.fail(files.error());
    int code = exit_ok;
    for (const std::string& path : *files) {
      auto flows = flows_in(path, namespace_, session.console);
      if (!flows) {
        code = std::max(code, told(session, {.file = shown_name(path), .namespace_ = {}, .id = {}, .source = {}},
                                   base::fail(flows.error())));
        if (fail_fast_) break;
        continue;
      }
      for (const LocalFlow& flow : *flows) {
        code = std::max(code, told(session, flow, deploy(flow)));
        if (code != exit_ok && fail_fast_) break;
      }
      if (code != exit_ok && fail_fast_) break;
    }
    if (json_) session.console.out.write(syntax::write_json(done_.build()) + '\n');
    return code;
  }

  /// What was done: `create`, `update` or `same`.
  base::Result<std::string_view> deploy(const LocalFlow& flow) const {
    GYR_TRY(auto known, source_on_server(client_, flow));
    if (!known) {
      if (dry_run_) return "create";
      GYR_CHECK(
          client_.send({.method = "POST", .path = "flows", .body = flow.source, .content_type = yaml_media_type}));
      return "create";
    }
    if (*known == flow.source) return "same";
    if (!override_)
      return base::fail(base::Error(call_refused, fmt::format("the flow {}.{} exists", flow.namespace_, flow.id))
                            .with_hint("use `--override` to update it; `gyr flow diff FILE` shows the differences"));
    if (dry_run_) return "update";
    GYR_CHECK(client_.send({.method = "PUT",
                            .path = fmt::format("flows/{}/{}", path_part(flow.namespace_), path_part(flow.id)),
                            .body = flow.source,
                            .content_type = yaml_media_type}));
    return "update";
  }

  /// Prints one flow; returns its exit code.
  int told(const Session& session, const LocalFlow& flow, const base::Result<std::string_view>& action) {
    if (json_) {
      base::MapBuilder one;
      one.set("file", Value::string(flow.file));
      one.set("namespace", Value::string(flow.namespace_));
      one.set("id", Value::string(flow.id));
      one.set("action", action ? Value::string(*action) : Value());
      one.set("error", action ? Value() : Value::string(action.error().message()));
      done_.push(one.build());
      return action ? exit_ok : exit_code_of(action.error());
    }
    if (!action) return session.fail(base::Error(action.error()).with_prefix(printable(flow.file) + ": "));
    const bool same = *action == "same";
    session.console.out.write(fmt::format("{} {}.{}  {}{}\n",
                                          same                  ? '='
                                          : *action == "create" ? '+'
                                                                : '~',
                                          printable(flow.namespace_), printable(flow.id), printable(flow.file),
                                          dry_run_ && !same ? "  (dry run)" : ""));
    return exit_ok;
  }

  std::vector<std::string> paths_;
  std::optional<std::string> namespace_;
  bool override_ = false, fail_fast_ = false, dry_run_ = false, json_ = false;
  base::ListBuilder done_;
  ApiClient client_;
};

class FlowDiff final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positionals("FILE", paths_, "files and folders with flows; `-` is standard input");
    arguments.option("--namespace", "NAMESPACE", namespace_, "compare with the flows of this namespace");
    client_.declare(arguments);
  }
  int run(Session& session) override {
    if (paths_.empty())
      return session.fail(base::Error(wrong_usage, "FILE is missing").with_hint("for example: gyr flow diff flows/"));
    auto files = find_flow_files(paths_);
    if (!files) return session.fail(files.error());
    int code = exit_ok;
    for (const std::string& path : *files) {
      auto flows = flows_in(path, namespace_, session.console);
      if (!flows) return session.fail(flows.error());
      for (const LocalFlow& flow : *flows) {
        auto known = source_on_server(client_, flow);
        if (!known) return session.fail(known.error());
        if (*known == flow.source) continue;
        code = exit_failed;
        print(session.console, flow, *known);
      }
    }
    return code;
  }

  static void print(const Console& console, const LocalFlow& flow, const std::optional<std::string>& known) {
    const bool color = console.color(console.out);
    std::string out = fmt::format(
        "{}\n{}\n",
        painted(Paint::bold,
                known ? fmt::format("--- server {}.{}", printable(flow.namespace_), printable(flow.id)) : "--- nothing",
                color),
        painted(Paint::bold, "+++ " + printable(flow.file), color));
    for (const LineChange& change : line_changes(known.value_or(""), flow.source)) {
      const Paint paint = change.kind == '+' ? Paint::green : change.kind == '-' ? Paint::red : Paint::none;
      out += painted(paint, change.kind + printable(change.text), color) + '\n';
    }
    console.out.write(out);
  }

  std::vector<std::string> paths_;
  std::optional<std::string> namespace_;
  ApiClient client_;
};

class DashboardDeploy final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positional("FILE", file_, "the dashboard; `-` is standard input");
    arguments.flag("--json", json_, "print the dashboard as JSON");
    client_.declare(arguments);
  }
  int run(Session& session) override {
    auto saved = save(session.console);
    if (!saved) return session.fail(saved.error());
    session.console.out.write(json_ ? syntax::write_json(*saved) + '\n' : cell_text(value_at(*saved, "id")) + '\n');
    return exit_ok;
  }

  base::Result<Value> save(const Console& console) const {
    if (is_missing(file_))
      return base::fail(
          base::Error(wrong_usage, "FILE is missing").with_hint("for example: gyr dashboard deploy sales.yaml"));
    GYR_TRY(const std::string source, read_input(*file_, console));
    GYR_TRY(auto parsed, syntax::parse_yaml(source));
    const std::string id = cell_text(value_at(parsed->to_value(), "id"));
    const std::string path = "dashboards/" + path_part(id);
    bool known = false;
    if (!id.empty()) {
      auto found = client_.send({.path = path});
      if (!found && found.error().code() != not_on_server) return base::fail(found.error());
      known = found.has_value();
    }
    return client_.call_json({.method = known ? "PUT" : "POST",
                              .path = known ? path : "dashboards",
                              .body = source,
                              .content_type = yaml_media_type});
  }

  std::optional<std::string> file_;
  bool json_ = false;
  ApiClient client_;
};

class BlueprintUse final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positional("ID", id_, "id of the blueprint");
    arguments.option("--namespace", "NAMESPACE", namespace_,
                     "namespace of the new flow (default: that of the blueprint)");
    arguments.flag("--json", json_, "print the new flow as JSON");
    client_.declare(arguments);
  }
  int run(Session& session) override {
    auto made = create();
    if (!made) return session.fail(made.error());
    session.console.out.write(
        json_ ? syntax::write_json(*made) + '\n'
              : fmt::format("+ {}.{}\n", cell_text(value_at(*made, "namespace")), cell_text(value_at(*made, "id"))));
    return exit_ok;
  }

  base::Result<Value> create() const {
    if (is_missing(id_))
      return base::fail(
          base::Error(wrong_usage, "ID is missing").with_hint("`gyr blueprint list` lists the blueprints"));
    GYR_TRY(std::string source, client_.send({.path = "blueprints/community/flow/" + path_part(*id_) + "/source"}));
    if (namespace_) {
      GYR_TRY(source, moved_to_namespace(source, *namespace_));
    }
    return client_.call_json({.method = "POST", .path = "flows", .body = source, .content_type = yaml_media_type});
  }

  std::optional<std::string> id_, namespace_;
  bool json_ = false;
  ApiClient client_;
};

}  // namespace

std::unique_ptr<Command> make_flow_deploy() { return std::make_unique<FlowDeploy>(); }
std::unique_ptr<Command> make_flow_diff() { return std::make_unique<FlowDiff>(); }
std::unique_ptr<Command> make_dashboard_deploy() { return std::make_unique<DashboardDeploy>(); }
std::unique_ptr<Command> make_blueprint_use() { return std::make_unique<BlueprintUse>(); }

}  // namespace gyr::cli
