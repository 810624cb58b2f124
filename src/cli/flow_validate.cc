// `gyr flow validate`: without a server, or with the types of a server (CLI-3, CLI-10, FLOW-7).
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/flow_files.h"
#include "cli/sarif_run.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;
using syntax::Severity;

Value texts(const std::vector<std::string>& list) {
  base::ListBuilder out;
  for (const std::string& text : list) out.push(Value::string(text));
  return out.build();
}

/// The result of one flow for `--json`: the answer of FLOW-7 without `outdated`, which only a server knows, and the
/// diagnostics with their places.
Value to_value(const model::ParsedFlow& parsed, const std::string& file, size_t index) {
  base::MapBuilder out;
  out.set("index", Value::integer(static_cast<int64_t>(index)));
  out.set("filename", Value::string(file));
  out.set("namespace", parsed.namespace_.empty() ? Value() : Value::string(parsed.namespace_));
  out.set("flow", parsed.id.empty() ? Value() : Value::string(parsed.id));
  auto constraints = model::validation_constraints(parsed);
  out.set("constraints", constraints ? Value::string(*constraints) : Value());
  out.set("deprecationPaths", texts(parsed.deprecated_paths));
  out.set("warnings", texts(parsed.warnings()));
  out.set("infos", texts(parsed.infos));
  out.set("diagnostics", syntax::diagnostics_to_value(parsed.diagnostics, file));
  return out.build();
}

std::string counted(size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

class ValidateCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positionals("FILE", paths_, "files and folders with flows; `-` reads standard input");
    arguments.flag("--json", json_, "print the errors and warnings as JSON");
    arguments.flag("--sarif", sarif_, "print the errors and warnings as SARIF 2.1.0");
    arguments.flag("--local", local_, "check without a server; overrides --server");
    client_.declare(arguments);
  }

  int run(Session& session) override {
    if (paths_.empty())
      return session.fail(
          base::Error(wrong_usage, "FILE is missing").with_hint("give files or folders, or `-` for standard input"));
    if (json_ && sarif_)
      return session.fail(
          base::Error(wrong_usage, "cannot combine `--json` with `--sarif`").with_hint("omit one of them"));
    auto files = find_flow_files(paths_);
    if (!files) return session.fail(files.error());
    if (client_.is_chosen() && !local_) return run_on_server(session, *files);
    const plugin::Registry& types = session.program.registry();
    int code = exit_ok;
    for (const std::string& path : *files) {
      auto file = read_flow_file(path, session.console);
      if (!file) {
        code = std::max(code, session.fail(file.error()));
        continue;
      }
      check(**file, types, session.console);
    }
    finish(session.console);
    return invalid_ > 0 ? exit_failed : code;
  }

 private:
  /// One call for each file, so that a finding is shown with the name of its file.
  int run_on_server(Session& session, const std::vector<std::string>& files) {
    if (sarif_)
      return session.fail(base::Error(wrong_usage, "cannot combine `--sarif` with `--server`")
                              .with_hint("use `--json`, or check without a server"));
    int code = exit_ok;
    for (const std::string& path : files) {
      auto file = read_flow_file(path, session.console);
      if (!file) {
        code = std::max(code, session.fail(file.error()));
        continue;
      }
      auto answer = client_.call_json(
          {.method = "POST", .path = "flows/validate", .body = (*file)->text, .content_type = "application/x-yaml"});
      if (!answer) return session.fail(answer.error());
      if (!answer->is_list())
        return session.fail(base::Error(call_refused, "the server returned an invalid list of findings"));
      for (const Value& found : answer->items()) print_answer((*file)->name, found, session.console);
    }
    finish(session.console);
    return invalid_ > 0 ? exit_failed : code;
  }

  static std::vector<std::string> texts_at(const Value& map, std::string_view key) {
    const Value* value = map.find(key);
    std::vector<std::string> out;
    if (value == nullptr) return out;
    if (value->is_string()) out.push_back(printable(value->text()));
    for (const Value& item : value->is_list() ? value->items() : std::span<const Value>()) {
      if (item.is_string()) out.push_back(printable(item.text()));
    }
    return out;
  }

  /// One flow as the server answers it.
  void print_answer(const std::string& name, const Value& found, Console& console) {
    const std::vector<std::string> errors = texts_at(found, "constraints");
    const std::vector<std::string> warnings = texts_at(found, "warnings");
    ++flows_;
    errors_ += errors.size();
    warnings_ += warnings.size();
    invalid_ += errors.empty() ? 0 : 1;
    if (json_) {
      base::MapBuilder shown(found);
      shown.set("filename", Value::string(name));
      return values_.push(shown.build());
    }
    const bool color = console.color(console.out);
    std::string out = errors.empty() ? painted(Paint::green, "✓", color) : painted(Paint::red, "✗", color);
    out += fmt::format(" {}", printable(name));
    const auto id = texts_at(found, "flow"), of = texts_at(found, "namespace");
    if (!id.empty()) out += fmt::format("  {}{}", of.empty() ? "" : of[0] + ".", id[0]);
    out += '\n';
    auto add = [&](std::string_view what, Paint paint, const std::vector<std::string>& lines) {
      for (const std::string& line : lines) out += fmt::format("  {}: {}\n", painted(paint, what, color), line);
    };
    add("error", Paint::red, errors);
    add("warning", Paint::yellow, warnings);
    add("deprecated", Paint::yellow, texts_at(found, "deprecationPaths"));
    add("info", Paint::none, texts_at(found, "infos"));
    console.out.write(out);
  }

  void check(const FlowFile& file, const model::TypeSource& types, Console& console) {
    for (size_t index = 0; index < file.parts.size(); ++index) {
      model::ParsedFlow parsed = parse_part(file, file.parts[index], types, {});
      ++flows_;
      if (!parsed.ok()) ++invalid_;
      if (json_) {
        values_.push(to_value(parsed, file.name, index));
      } else if (sarif_) {
        run_.add(parsed.diagnostics, file.name);
      } else {
        print(file, parsed, console);
      }
    }
  }

  /// Prints the diagnostics, then a line with a check mark or a cross.
  void print(const FlowFile& file, const model::ParsedFlow& parsed, Console& console) {
    bool color = console.color(console.out);
    std::string out = syntax::print_diagnostics(parsed.diagnostics, file.name, file.text, {.color = color});
    if (!out.empty()) out += '\n';
    size_t errors = 0, warnings = 0;
    for (const syntax::Diagnostic& found : parsed.diagnostics) {
      errors += found.severity == Severity::error ? 1 : 0;
      warnings += found.severity == Severity::warning ? 1 : 0;
    }
    errors_ += errors;
    warnings_ += warnings;
    out += parsed.ok() ? painted(Paint::green, "✓", color) : painted(Paint::red, "✗", color);
    out += fmt::format(" {}", printable(file.name));
    if (!parsed.id.empty())
      out +=
          fmt::format("  {}", printable(parsed.namespace_.empty() ? parsed.id : parsed.namespace_ + "." + parsed.id));
    if (errors > 0) out += fmt::format("  {}", counted(errors, "error"));
    if (warnings > 0) out += fmt::format("  {}", counted(warnings, "warning"));
    out += '\n';
    if (errors > 0 || warnings > 0) out += '\n';
    console.out.write(out);
  }

  void finish(Console& console) {
    if (json_) return console.out.write(syntax::write_json(values_.build()) + '\n');
    if (sarif_) return console.out.write(syntax::write_json(run_.build(), {.pretty = true}) + '\n');
    std::string summary = counted(flows_, "flow");
    summary += invalid_ == 0 ? ", all valid" : fmt::format(", {} valid, {} not valid", flows_ - invalid_, invalid_);
    if (errors_ > 0) summary += fmt::format("; {}", counted(errors_, "error"));
    if (warnings_ > 0) summary += fmt::format("; {}", counted(warnings_, "warning"));
    console.out.write(summary + '\n');
  }

  std::vector<std::string> paths_;
  bool json_ = false, sarif_ = false, local_ = false;
  size_t flows_ = 0, invalid_ = 0, errors_ = 0, warnings_ = 0;
  base::ListBuilder values_;
  SarifRun run_;
  ApiClient client_;
};

}  // namespace

std::unique_ptr<Command> make_flow_validate() { return std::make_unique<ValidateCommand>(); }

}  // namespace gyr::cli
