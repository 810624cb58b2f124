// `gyr flow plan` and `gyr flow apply`: a folder against a server (CLI-60, anchors of the command line).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "cli/command.h"
#include "cli/errors.h"
#include "cli/flow_files.h"
#include "cli/flow_sources.h"
#include "cli/line_changes.h"
#include "cli/listing.h"
#include "cli/verb.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

/// What would happen to a flow.
enum class PlanChange : uint8_t {
  same,
  create,
  update,
  drift,    ///< an update that would undo a change on the server: the file is one of its older revisions
  remove,   ///< with `--prune`
  foreign,  ///< only on the server, without `--prune`
};

struct PlannedFlow {
  PlanChange change = PlanChange::same;
  LocalFlow flow;                                  ///< without a file where it is only on the server
  std::string on_server;                           ///< its source there
  int64_t file_revision = 0, server_revision = 0;  ///< of a drift
};

std::string_view name_of(PlanChange change) {
  switch (change) {
    case PlanChange::same: return "same";
    case PlanChange::create: return "create";
    case PlanChange::update: return "update";
    case PlanChange::drift: return "drift";
    case PlanChange::remove: return "delete";
    case PlanChange::foreign: break;
  }
  return "foreign";
}

std::pair<char, Paint> sign_of(PlanChange change) {
  switch (change) {
    case PlanChange::create: return {'+', Paint::green};
    case PlanChange::update: return {'~', Paint::yellow};
    case PlanChange::drift: return {'!', Paint::red};
    case PlanChange::remove: return {'-', Paint::red};
    case PlanChange::foreign: return {'?', Paint::dim};
    case PlanChange::same: break;
  }
  return {'=', Paint::dim};
}

/// The plan of `flow plan` and `flow apply`, and its output.
class PlanCommand final : public Command {
 public:
  explicit PlanCommand(bool applies) : applies_(applies) {}

  void declare(Arguments& arguments) override {
    arguments.positionals("FILE", paths_, "files and folders with flows; `-` is standard input");
    arguments.option("--namespace", "NAMESPACE", namespace_, "treat all flows as flows of this namespace");
    arguments.flag("--prune", prune_,
                   applies_ ? "delete flows of the server that are in a namespace of the files, but not in the files"
                            : "show that `gyr flow apply --prune` would delete flows that are not in the files");
    arguments.flag("--overwrite", overwrite_,
                   applies_
                       ? "also replace flows that were changed on the server"
                       : "show that `gyr flow apply --overwrite` would replace flows that were changed on the server");
    if (applies_) {
      arguments.flag("--dry-run", dry_run_, "change nothing, like `gyr flow plan`");
      arguments.flag("--override", ignored_, "accepted without effect: flows that exist are updated");
      arguments.flag("--fail-fast", ignored_, "accepted without effect: all flows are saved, or none");
    } else {
      arguments.flag("--diff", diff_, "show the lines that change");
      arguments.flag("--exit-code", exit_code_, "exit code 1 if something would change");
    }
    arguments.flag("--json", json_,
                   "print [{\"action\", \"namespace\", \"id\", \"file\", \"fileRevision\", \"serverRevision\"}]");
    client_.declare(arguments);
  }

  int run(Session& session) override {
    auto done = act(session);
    return done ? *done : session.fail(done.error());
  }

 private:
  base::Result<int> act(Session& session) {
    if (paths_.empty())
      return base::fail(base::Error(wrong_usage, "FILE is missing")
                            .with_hint(fmt::format("for example: gyr flow {} flows/", applies_ ? "apply" : "plan")));
    GYR_CHECK(make_plan(session.console));
    print(session.console);
    if (!applies_ || dry_run_) return exit_code_ && changes() > 0 ? exit_failed : exit_ok;
    GYR_CHECK(refuse_drift());
    GYR_CHECK(apply());
    if (!json_) session.console.out.write(changes() == 0 ? "nothing to do\n" : fmt::format("applied {}\n", summary()));
    return exit_ok;
  }

  base::Result<void> make_plan(const Console& console) {
    GYR_TRY(const auto files, find_flow_files(paths_));
    std::map<std::pair<std::string, std::string>, std::string> known;  // the file of each flow
    std::set<std::string> namespaces;
    for (const std::string& path : files) {
      GYR_TRY(auto flows, flows_in(path, namespace_, console));
      for (LocalFlow& flow : flows) {
        const auto [other, fresh] = known.try_emplace({flow.namespace_, flow.id}, flow.file);
        if (!fresh) {
          return base::fail(base::Error(defined_twice, fmt::format("the flow {}.{} is in {} and in {}", flow.namespace_,
                                                                   flow.id, other->second, flow.file))
                                .with_hint("remove one of them, or give it another id"));
        }
        namespaces.insert(flow.namespace_);
        GYR_TRY(PlannedFlow planned, compared(std::move(flow)));
        plan_.push_back(std::move(planned));
      }
    }
    for (const std::string& namespace_ : namespaces) {
      GYR_TRY(const Value listed, client_.call_json({.path = "flows/" + path_part(namespace_)}));
      for (const Value& flow : listed.is_list() ? listed.items() : std::span<const Value>()) {
        const std::string id = cell_text(value_at(flow, "id"));
        if (known.contains({namespace_, id})) continue;
        plan_.push_back({.change = prune_ ? PlanChange::remove : PlanChange::foreign,
                         .flow = {.file = {}, .namespace_ = namespace_, .id = id, .source = {}},
                         .on_server = {}});
      }
    }
    return {};
  }

  /// Compares one flow with the server.
  base::Result<PlannedFlow> compared(LocalFlow flow) const {
    GYR_TRY(auto on_server, source_on_server(client_, flow));
    PlannedFlow planned{.change = PlanChange::create, .flow = std::move(flow), .on_server = on_server.value_or("")};
    if (!on_server) return planned;
    planned.change = *on_server == planned.flow.source ? PlanChange::same : PlanChange::update;
    if (planned.change == PlanChange::same) return planned;
    GYR_TRY(const Value revisions,
            client_.call_json({.path = fmt::format("flows/{}/{}/revisions", path_part(planned.flow.namespace_),
                                                   path_part(planned.flow.id))}));
    for (const Value& revision : revisions.is_list() ? revisions.items() : std::span<const Value>()) {
      const Value source = value_at(revision, "source"), number = value_at(revision, "revision");
      if (!source.is_string() || !number.is_integer()) continue;
      planned.server_revision = std::max(planned.server_revision, number.as_integer());
      if (source.text() == planned.flow.source) planned.file_revision = number.as_integer();
    }
    if (planned.file_revision > 0) planned.change = PlanChange::drift;
    return planned;
  }

  size_t count(PlanChange change) const {
    return static_cast<size_t>(std::ranges::count(plan_, change, &PlannedFlow::change));
  }
  size_t changes() const {
    return count(PlanChange::create) + count(PlanChange::update) + count(PlanChange::drift) + count(PlanChange::remove);
  }

  std::string summary() const {
    std::string out;
    auto add = [&](size_t number, std::string_view what) {
      if (number > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", number, what);
    };
    add(count(PlanChange::create), "to create");
    add(count(PlanChange::update), "to update");
    add(count(PlanChange::drift), "changed on the server");
    add(count(PlanChange::remove), "to delete");
    add(count(PlanChange::same), "unchanged");
    add(count(PlanChange::foreign), "only on the server");
    return out.empty() ? "no flows" : out;
  }

  void print(const Console& console) const {
    if (json_) {
      base::ListBuilder list;
      for (const PlannedFlow& planned : plan_) list.push(to_value(planned));
      return console.out.write(syntax::write_json(list.build()) + '\n');
    }
    const bool color = console.color(console.out);
    std::string out;
    for (const PlannedFlow& planned : plan_) {
      if (planned.change == PlanChange::same) continue;
      const auto [sign, paint] = sign_of(planned.change);
      out += painted(
          paint, fmt::format("{} {}.{}", sign, printable(planned.flow.namespace_), printable(planned.flow.id)), color);
      if (!planned.flow.file.empty()) out += "  " + printable(planned.flow.file);
      if (planned.change == PlanChange::foreign) out += "  (only on the server; --prune deletes it)";
      if (planned.change == PlanChange::drift)
        out += fmt::format("  (the file is revision {}, and the server has revision {})", planned.file_revision,
                           planned.server_revision);
      if (planned.change == PlanChange::update || planned.change == PlanChange::drift)
        append_lines(planned, color, out);
      out += '\n';
      if (diff_ && planned.change != PlanChange::foreign) append_differences(planned, color, out);
    }
    console.out.write(out + (applies_ && !dry_run_ ? "" : summary() + '\n'));
  }

  /// `+3 -1 lines`
  static void append_lines(const PlannedFlow& planned, bool color, std::string& out) {
    size_t added = 0, removed = 0;
    for (const LineChange& change : line_changes(planned.on_server, planned.flow.source)) {
      added += change.kind == '+' ? 1 : 0;
      removed += change.kind == '-' ? 1 : 0;
    }
    out += "  " + painted(Paint::dim, fmt::format("+{} -{} lines", added, removed), color);
  }

  static void append_differences(const PlannedFlow& planned, bool color, std::string& out) {
    for (const LineChange& change : line_changes(planned.on_server, planned.flow.source)) {
      if (change.kind == ' ') continue;
      const Paint paint = change.kind == '+' ? Paint::green : Paint::red;
      out += "    " + painted(paint, change.kind + printable(change.text), color) + '\n';
    }
  }

  static Value to_value(const PlannedFlow& planned) {
    base::MapBuilder one;
    one.set("action", Value::string(name_of(planned.change)));
    one.set("namespace", Value::string(planned.flow.namespace_));
    one.set("id", Value::string(planned.flow.id));
    one.set("file", planned.flow.file.empty() ? Value() : Value::string(planned.flow.file));
    if (planned.change == PlanChange::drift) {
      one.set("fileRevision", Value::integer(planned.file_revision));
      one.set("serverRevision", Value::integer(planned.server_revision));
    }
    return one.build();
  }

  base::Result<void> refuse_drift() const {
    auto drifted = std::ranges::find(plan_, PlanChange::drift, &PlannedFlow::change);
    if (overwrite_ || drifted == plan_.end()) return {};
    const size_t others = count(PlanChange::drift) - 1;
    return base::fail(
        base::Error(changed_on_server,
                    fmt::format("{}.{}: the file is revision {}, and the server has revision {}{}; nothing was changed",
                                drifted->flow.namespace_, drifted->flow.id, drifted->file_revision,
                                drifted->server_revision, others == 0 ? "" : fmt::format(" (and {} more)", others)))
            .with_hint("`gyr flow plan --diff` shows the differences; `--overwrite` replaces the flows of the server"));
  }

  /// All flows in one call, which saves all or none; then the deletions.
  base::Result<void> apply() const {
    std::string sources;
    base::ListBuilder removed;
    for (const PlannedFlow& planned : plan_) {
      if (planned.change == PlanChange::remove)
        removed.push(Value::map(
            {{"namespace", Value::string(planned.flow.namespace_)}, {"id", Value::string(planned.flow.id)}}));
      if (planned.change != PlanChange::create && planned.change != PlanChange::update &&
          planned.change != PlanChange::drift)
        continue;
      if (!sources.empty()) sources += sources.ends_with('\n') ? "---\n" : "\n---\n";
      sources += planned.flow.source;
    }
    if (!sources.empty()) {
      GYR_CHECK(client_.send({.method = "POST",
                              .path = "flows/bulk?delete=false",
                              .body = std::move(sources),
                              .content_type = yaml_media_type,
                              .timeout = std::chrono::minutes(10)}));
    }
    if (removed.size() > 0) GYR_CHECK(client_.call("DELETE", "flows/delete/by-ids", removed.build()));
    return {};
  }

  bool applies_;
  std::vector<std::string> paths_;
  std::optional<std::string> namespace_;
  bool prune_ = false, overwrite_ = false, dry_run_ = false, ignored_ = false, diff_ = false, exit_code_ = false;
  bool json_ = false;
  std::vector<PlannedFlow> plan_;
  ApiClient client_;
};

}  // namespace

std::unique_ptr<Command> make_flow_plan() { return std::make_unique<PlanCommand>(false); }
std::unique_ptr<Command> make_flow_apply() { return std::make_unique<PlanCommand>(true); }

}  // namespace gyr::cli
