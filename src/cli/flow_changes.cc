// `gyr flow create`, `update`, `delete`, `updates`, `export`, `flow namespace update`: flows of a server
// (CLI-13 to CLI-16), and templates, which are changed in the same way (CLI-18).
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/flow_files.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;
namespace fs = std::filesystem;

constexpr const char* yaml_type = "application/x-yaml";
/// At most this many names of a long list are shown.
constexpr size_t max_named = 10;

std::string named(const Value& map, std::string_view key) {
  const Value* value = map.is_map() ? map.find(key) : nullptr;
  return value != nullptr && value->is_string() ? printable(value->text()) : std::string();
}

bool is_deleted(const Value& flow) {
  const Value* deleted = flow.is_map() ? flow.find("deleted") : nullptr;
  return deleted != nullptr && deleted->is_boolean() && deleted->as_boolean();
}

/// `+ company.team.hello revision 3`, `- company.team.old`.
std::string change_line(const Value& flow) {
  if (is_deleted(flow)) return fmt::format("- {}.{}\n", named(flow, "namespace"), named(flow, "id"));
  const Value* revision = flow.is_map() ? flow.find("revision") : nullptr;
  return fmt::format(
      "+ {}.{}{}\n", named(flow, "namespace"), named(flow, "id"),
      revision != nullptr && revision->is_integer() ? fmt::format(" revision {}", revision->as_integer()) : "");
}

/// Reads a file that must contain one flow, and expands its includes.
base::Result<std::string> one_flow(const std::string& path, const Console& console) {
  GYR_TRY(auto file, read_flow_file(path, console));
  if (file->parts.size() > 1) {
    return base::fail(base::Error(wrong_usage, fmt::format("`{}` contains {} flows; only one is allowed", file->name,
                                                           file->parts.size()))
                          .with_hint("use `gyr flow updates DIR` for several flows"));
  }
  return file->text;
}

/// The parts that all these commands share: a call and the output of its answer.
class FlowChange : public Command {
 public:
  void declare(Arguments& arguments) override {
    declare_own(arguments);
    arguments.flag("--json", json_, "print the answer of the server as JSON");
    client_.declare(arguments);
  }
  int run(Session& session) override {
    auto call = call_of(session);
    if (!call) return session.fail(call.error());
    auto answer = client_.call_json(*call);
    if (!answer) return session.fail(answer.error());
    session.console.out.write(json_ ? syntax::write_json(*answer) + "\n" : shown(*answer));
    return after(session, *answer);
  }

 protected:
  virtual void declare_own(Arguments& arguments) = 0;
  virtual base::Result<ApiCall> call_of(Session& session) = 0;
  virtual std::string shown(const Value& answer) const { return change_line(answer); }
  virtual int after(Session&, const Value&) { return exit_ok; }
  const ApiClient& client() const { return client_; }

 private:
  bool json_ = false;
  ApiClient client_;
};

class Create final : public FlowChange {
  void declare_own(Arguments& arguments) override {
    arguments.positional("FILE", file_, "the flow; `-` is standard input");
  }
  base::Result<ApiCall> call_of(Session& session) override {
    if (is_missing(file_))
      return base::fail(
          base::Error(wrong_usage, "FILE is missing").with_hint("for example: gyr flow create hello.yaml"));
    GYR_TRY(std::string source, one_flow(*file_, session.console));
    return ApiCall{.method = "POST", .path = "flows", .body = std::move(source), .content_type = yaml_type};
  }
  std::optional<std::string> file_;
};

class Update final : public FlowChange {
  void declare_own(Arguments& arguments) override {
    arguments.positional("FILE", file_, "the flow; `-` is standard input");
    arguments.positional("NAMESPACE", namespace_, "namespace of the flow");
    arguments.positional("ID", id_, "id of the flow");
  }
  base::Result<ApiCall> call_of(Session& session) override {
    if (is_missing(file_) || is_missing(namespace_) || is_missing(id_)) {
      return base::fail(base::Error(wrong_usage, "FILE, NAMESPACE and ID are required")
                            .with_hint("for example: gyr flow update hello.yaml company.team hello"));
    }
    GYR_TRY(std::string source, one_flow(*file_, session.console));
    return ApiCall{.method = "PUT",
                   .path = fmt::format("flows/{}/{}", path_part(*namespace_), path_part(*id_)),
                   .body = std::move(source),
                   .content_type = yaml_type};
  }
  std::optional<std::string> file_, namespace_, id_;
};

class Delete final : public FlowChange {
  void declare_own(Arguments& arguments) override {
    arguments.positional("NAMESPACE", namespace_, "namespace of the flow");
    arguments.positional("ID", id_, "id of the flow");
  }
  base::Result<ApiCall> call_of(Session&) override {
    if (is_missing(namespace_) || is_missing(id_)) {
      return base::fail(base::Error(wrong_usage, "a namespace and an id are needed")
                            .with_hint("for example: gyr flow delete company.team hello"));
    }
    return ApiCall{.method = "DELETE", .path = fmt::format("flows/{}/{}", path_part(*namespace_), path_part(*id_))};
  }
  std::string shown(const Value&) const override {
    return fmt::format("- {}.{}\n", printable(*namespace_), printable(*id_));
  }
  std::optional<std::string> namespace_, id_;
};

/// Sends all flows of a folder in one call.
class FolderChange : public FlowChange {
 protected:
  void declare_deletion(Arguments& arguments, std::string help) {
    arguments.flag("--delete", delete_, std::move(help));
    arguments.flag("--no-delete", no_delete_, "delete nothing (default)");
  }
  base::Result<bool> deletes() const {
    if (delete_ && no_delete_)
      return base::fail(
          base::Error(wrong_usage, "cannot combine `--delete` with `--no-delete`").with_hint("omit one of them"));
    return delete_;
  }
  /// Every flow below the folder, joined as documents of one text.
  static base::Result<std::string> sources_of(const std::string& folder, const Console& console) {
    const std::string paths[] = {folder};
    GYR_TRY(auto files, find_flow_files(paths));
    std::string all;
    for (const std::string& path : files) {
      GYR_TRY(auto file, read_flow_file(path, console));
      // A source must not be changed: a changed source would be a new revision.
      if (!all.empty()) all += all.ends_with('\n') ? "---\n" : "\n---\n";
      all += file->text;
    }
    return all;
  }
  std::string shown(const Value& answer) const override {
    std::string out;
    if (!answer.is_list()) return out;
    for (const Value& flow : answer.items()) out += change_line(flow);
    return out;
  }

 private:
  bool delete_ = false, no_delete_ = false;
};

class Updates final : public FolderChange {
  void declare_own(Arguments& arguments) override {
    arguments.positional("DIR", folder_, "folder with the flows");
    arguments.option("--namespace", "NAMESPACE", namespace_, "namespace that all flows must have");
    declare_deletion(arguments, "delete the flows of --namespace that are not in the folder; needs --namespace");
  }
  base::Result<ApiCall> call_of(Session& session) override {
    GYR_TRY(const bool remove, deletes());
    if (is_missing(folder_))
      return base::fail(base::Error(wrong_usage, "DIR is missing").with_hint("for example: gyr flow updates flows/"));
    if (remove && is_missing(namespace_)) {
      return base::fail(base::Error(wrong_usage, "`--delete` requires `--namespace`")
                            .with_hint("without a namespace, every flow that is not in the folder would be deleted"));
    }
    GYR_TRY(std::string sources, sources_of(*folder_, session.console));
    std::string path = fmt::format("flows/bulk?delete={}", remove);
    if (!is_missing(namespace_)) path += "&namespace=" + path_part(*namespace_);
    return ApiCall{.method = "POST", .path = std::move(path), .body = std::move(sources), .content_type = yaml_type};
  }
  std::optional<std::string> folder_, namespace_;
};

/// What a command changes: `flows` or `templates`.
struct Subject {
  std::string_view name;  ///< in paths of the server and names of files
  std::string_view one;
};
constexpr Subject of_flows{"flows", "flow"};
constexpr Subject of_templates{"templates", "template"};

class NamespaceUpdate final : public FolderChange {
 public:
  explicit NamespaceUpdate(Subject subject) : subject_(subject) {}

 private:
  void declare_own(Arguments& arguments) override {
    arguments.positional("NAMESPACE", namespace_, fmt::format("namespace of the {}", subject_.name));
    arguments.positional("DIR", folder_, fmt::format("folder with the {}", subject_.name));
    declare_deletion(arguments,
                     fmt::format("delete the {} of the namespace that are not in the folder", subject_.name));
    if (subject_.name != of_flows.name) return;
    arguments.flag("--override-namespaces", override_,
                   "save all flows of the folder in this namespace, whatever namespace the files name; flows on the "
                   "server are not moved");
  }
  base::Result<ApiCall> call_of(Session& session) override {
    GYR_TRY(remove_, deletes());
    if (is_missing(namespace_) || is_missing(folder_)) {
      return base::fail(
          base::Error(wrong_usage, "NAMESPACE and DIR are required")
              .with_hint(fmt::format("for example: gyr {0} namespace update company.team {0}s/", subject_.one)));
    }
    GYR_TRY(std::string sources, sources_of(*folder_, session.console));
    return ApiCall{
        .method = "POST",
        .path = subject_.name == of_flows.name
                    ? fmt::format("flows/{}?delete={}&override={}", path_part(*namespace_), remove_, override_)
                    : fmt::format("templates/{}?delete={}", path_part(*namespace_), remove_),
        .body = std::move(sources),
        .content_type = yaml_type};
  }

  /// Warns about flows of the namespace that are not in the folder: the user may have wanted to delete them.
  int after(Session& session, const Value& written) override {
    if (remove_ || !written.is_list() || subject_.name != of_flows.name) return exit_ok;
    std::set<std::string> known;
    for (const Value& flow : written.items()) known.insert(named(flow, "id"));
    auto listed = client().call_json({.path = "flows/" + path_part(*namespace_)});
    if (!listed) return session.fail(listed.error());
    std::vector<std::string> absent;
    if (listed->is_list()) {
      for (const Value& flow : listed->items()) {
        if (std::string id = named(flow, "id"); !known.contains(id)) absent.push_back(std::move(id));
      }
    }
    if (absent.empty()) return exit_ok;
    std::ranges::sort(absent);
    const size_t count = absent.size();
    absent.resize(std::min(count, max_named));
    session.warn(fmt::format("{} flow{} of {} {} not in `{}` and {} kept: {}{}; use --delete to delete {}", count,
                             count == 1 ? "" : "s", printable(*namespace_), count == 1 ? "is" : "are",
                             printable(*folder_), count == 1 ? "is" : "are", fmt::join(absent, ", "),
                             count > max_named ? " …" : "", count == 1 ? "it" : "them"));
    return exit_ok;
  }
  Subject subject_;
  std::optional<std::string> namespace_, folder_;
  bool override_ = false, remove_ = false;
};

class Export final : public Command {
 public:
  explicit Export(Subject subject) : subject_(subject) {}

 private:
  void declare(Arguments& arguments) override {
    arguments.positional("DIR", folder_, fmt::format("folder for the file `{}.zip`", subject_.name));
    arguments.option("--namespace", "NAMESPACE", namespace_,
                     "export only this namespace and its child namespaces (default: all)");
    arguments.flag("--json", json_, "print {\"file\", \"bytes\"}");
    client_.declare(arguments);
  }
  int run(Session& session) override {
    auto written = save();
    if (!written) return session.fail(written.error());
    session.console.out.write(json_ ? syntax::write_json(Value::map({{"file", Value::string(written->first)},
                                                                     {"bytes", Value::integer(written->second)}})) +
                                          "\n"
                                    : printable(written->first) + "\n");
    return exit_ok;
  }

  base::Result<std::pair<std::string, int64_t>> save() const {
    if (is_missing(folder_))
      return base::fail(base::Error(wrong_usage, "DIR is missing")
                            .with_hint(fmt::format("for example: gyr {} export .", subject_.one)));
    std::error_code error;
    if (!fs::is_directory(*folder_, error)) {
      return base::fail(base::Error(no_such_file, fmt::format("folder `{}` does not exist", *folder_))
                            .with_hint("check the path; it is relative to the current folder"));
    }
    GYR_TRY(std::string zip,
            client_.send({.path = fmt::format("{}/export/by-query{}", subject_.name,
                                              is_missing(namespace_) ? "" : "?namespace=" + path_part(*namespace_))}));
    // The file is replaced as a whole, or not at all.
    const fs::path file = fs::path(*folder_) / fmt::format("{}.zip", subject_.name);
    const fs::path part = fs::path(*folder_) / fmt::format(".{}.zip.part", subject_.name);
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    out.write(zip.data(), static_cast<std::streamsize>(zip.size()));
    out.close();
    if (!out.fail()) fs::rename(part, file, error);
    if (out.fail() || error) {
      std::error_code ignored;
      fs::remove(part, ignored);
      return base::fail(cannot_write,
                        fmt::format("cannot write `{}`{}", file.string(), error ? ": " + error.message() : ""));
    }
    return std::pair(file.string(), static_cast<int64_t>(zip.size()));
  }

  Subject subject_;
  std::optional<std::string> folder_, namespace_;
  bool json_ = false;
  ApiClient client_;
};

/// `template validate`: only a server knows the types of its plugins.
class TemplateValidate final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positionals("FILE", paths_, "files and folders with templates; `-` is standard input");
    arguments.flag("--json", json_, "print the findings as JSON");
    client_.declare(arguments);
  }
  int run(Session& session) override {
    if (paths_.empty())
      return session.fail(
          base::Error(wrong_usage, "FILE is missing").with_hint("for example: gyr template validate templates/"));
    auto files = find_flow_files(paths_);
    if (!files) return session.fail(files.error());
    bool valid = true;
    base::ListBuilder all;
    for (const std::string& path : *files) {
      auto file = read_flow_file(path, session.console);
      if (!file) return session.fail(file.error());
      auto answer = client_.call_json(
          {.method = "POST", .path = "templates/validate", .body = (*file)->text, .content_type = yaml_type});
      if (!answer) return session.fail(answer.error());
      for (const Value& found : answer->is_list() ? answer->items() : std::span<const Value>()) {
        const std::string problem = named(found, "constraints");
        valid = valid && problem.empty();
        base::MapBuilder shown(found);
        shown.set("filename", Value::string((*file)->name));
        all.push(shown.build());
        if (!json_) print(session.console, (*file)->name, problem);
      }
    }
    if (json_) session.console.out.write(syntax::write_json(all.build()) + '\n');
    return valid ? exit_ok : exit_failed;
  }

  static void print(const Console& console, const std::string& name, const std::string& problem) {
    const bool color = console.color(console.out);
    std::string out = problem.empty() ? painted(Paint::green, "✓", color) : painted(Paint::red, "✗", color);
    out += fmt::format(" {}\n", printable(name));
    if (!problem.empty()) out += fmt::format("  {}: {}\n", painted(Paint::red, "error", color), problem);
    console.out.write(out);
  }

  std::vector<std::string> paths_;
  bool json_ = false;
  ApiClient client_;
};

}  // namespace

std::unique_ptr<Command> make_flow_export() { return std::make_unique<Export>(of_flows); }
std::unique_ptr<Command> make_flow_create() { return std::make_unique<Create>(); }
std::unique_ptr<Command> make_flow_update() { return std::make_unique<Update>(); }
std::unique_ptr<Command> make_flow_delete() { return std::make_unique<Delete>(); }
std::unique_ptr<Command> make_flow_updates() { return std::make_unique<Updates>(); }
std::unique_ptr<Command> make_flow_namespace_update() { return std::make_unique<NamespaceUpdate>(of_flows); }
std::unique_ptr<Command> make_template_namespace_update() { return std::make_unique<NamespaceUpdate>(of_templates); }
std::unique_ptr<Command> make_template_validate() { return std::make_unique<TemplateValidate>(); }
std::unique_ptr<Command> make_template_export() { return std::make_unique<Export>(of_templates); }

}  // namespace gyr::cli
