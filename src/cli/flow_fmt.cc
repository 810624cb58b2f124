// `gyr flow fmt` and `gyr flow lint`: the layout of flow files, and everything that can be said about them without a
// server.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/markup.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/flow_files.h"
#include "cli/flow_format.h"
#include "cli/line_changes.h"
#include "cli/sarif_run.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

namespace fs = std::filesystem;
using base::Value;
using syntax::Diagnostic;
using syntax::Severity;

/// Replaces a file as a whole, with its permissions. A symbolic link stays one.
base::Result<void> replace_file(const std::string& path, const std::string& content) {
  std::error_code error;
  const fs::path file = fs::canonical(path, error);
  if (error) return base::fail(cannot_write, fmt::format("cannot write `{}`: {}", path, error.message()));
  const fs::path part = file.parent_path() / fmt::format(".{}.part", file.filename().string());
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  if (!out.fail()) {
    fs::permissions(part, fs::status(file, error).permissions(), error);
    fs::rename(part, file, error);
  }
  if (out.fail() || error) {
    std::error_code ignored;
    fs::remove(part, ignored);
    return base::fail(cannot_write, fmt::format("cannot write `{}`{}", path, error ? ": " + error.message() : ""));
  }
  return {};
}

class FlowFmt final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positionals("FILE", paths_,
                          "files and folders with flows; `-` formats standard input to standard output");
    arguments.flag("--check", check_,
                   "change nothing; print the files that are not formatted; exit code 1 if there are any");
    arguments.flag("--diff", diff_, "change nothing; print the differences; exit code 1 if there are any");
  }

  int run(Session& session) override {
    if (paths_.empty())
      return session.fail(base::Error(wrong_usage, "FILE is missing").with_hint("for example: gyr flow fmt flows/"));
    auto files = find_flow_files(paths_);
    if (!files) return session.fail(files.error());
    int code = exit_ok;
    for (const std::string& path : *files) {
      auto done = format(session.console, path);
      code = std::max(code, done ? *done : session.fail(done.error().with_prefix(shown_name(path) + ": ")));
    }
    return code;
  }

  base::Result<int> format(const Console& console, const std::string& path) const {
    GYR_TRY(const std::string before, read_input(path, console));
    GYR_TRY(const std::string after, format_flow(before));
    if (path == "-" && !check_ && !diff_) {
      console.out.write(after);
      return exit_ok;
    }
    if (before == after) return exit_ok;
    if (diff_) {
      print_differences(console, shown_name(path), before, after);
      return exit_failed;
    }
    if (!check_) GYR_CHECK(replace_file(path, after));
    console.out.write(printable(shown_name(path)) + '\n');
    return check_ ? exit_failed : exit_ok;
  }

  static void print_differences(const Console& console, const std::string& name, const std::string& before,
                                const std::string& after) {
    const bool color = console.color(console.out);
    std::string out = painted(Paint::bold, "--- " + printable(name), color) + '\n';
    out += painted(Paint::bold, "+++ formatted", color) + '\n';
    for (const LineChange& change : line_changes(before, after)) {
      if (change.kind == ' ') continue;
      out +=
          painted(change.kind == '+' ? Paint::green : Paint::red, change.kind + printable(change.text), color) + '\n';
    }
    console.out.write(out);
  }

  std::vector<std::string> paths_;
  bool check_ = false, diff_ = false;
};

// ---------------------------------------------------------------------------------------------- lint

/// What was found in one file.
struct LintedFile {
  std::string name;
  std::string text;
  std::vector<Diagnostic> findings;

  size_t count(Severity severity) const {
    return static_cast<size_t>(std::ranges::count(findings, severity, &Diagnostic::severity));
  }
};

/// A part of an annotation of GitHub.
std::string for_annotation(std::string_view text, bool property) {
  std::string out;
  for (char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','))) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string place_of(const LintedFile& file, const Diagnostic& found) {
  return found.span && found.span->line > 0 ? fmt::format("{}:{}:{}", file.name, found.span->line, found.span->column)
                                            : file.name;
}

std::string as_annotations(std::span<const LintedFile> files) {
  std::string out;
  for (const LintedFile& file : files) {
    for (const Diagnostic& found : file.findings) {
      out += fmt::format("::{} file={}", found.severity == Severity::info ? "notice" : severity_name(found.severity),
                         for_annotation(file.name, true));
      if (found.span && found.span->line > 0)
        out += fmt::format(",line={},endLine={},col={}", found.span->line, found.span->end_line, found.span->column);
      out += fmt::format(",title={}::{}\n", for_annotation(found.code.text, true),
                         for_annotation(printable(found.title()), false));
    }
  }
  return out;
}

/// A file is a test; errors are failures.
std::string as_junit(std::span<const LintedFile> files) {
  size_t failed = 0;
  std::string cases;
  for (const LintedFile& file : files) {
    const std::string name = base::escape_markup(printable(file.name));
    cases += fmt::format("    <testcase name=\"{0}\" classname=\"gyr flow lint\" file=\"{0}\">\n", name);
    std::string output;
    for (const Diagnostic& found : file.findings) {
      const std::string line = fmt::format("{}: {}[{}]: {}", place_of(file, found), severity_name(found.severity),
                                           found.code.text, found.title());
      if (found.severity == Severity::error) {
        cases += fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n", found.code.text,
                             base::escape_markup(printable(found.title())), base::escape_markup(printable(line)));
      } else {
        output += line + '\n';
      }
    }
    if (!output.empty())
      cases += fmt::format("      <system-out>{}</system-out>\n", base::escape_markup(printable(output)));
    cases += "    </testcase>\n";
    failed += file.count(Severity::error) > 0 ? 1 : 0;
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{0}\" failures=\"{1}\">\n  <testsuite "
      "name=\"gyr flow lint\" tests=\"{0}\" failures=\"{1}\">\n{2}  </testsuite>\n</testsuites>\n",
      files.size(), failed, cases);
}

std::string as_tap(std::span<const LintedFile> files) {
  std::string out = fmt::format("TAP version 13\n1..{}\n", files.size());
  size_t number = 0;
  for (const LintedFile& file : files) {
    out += fmt::format("{}ok {} - {}\n", file.count(Severity::error) > 0 ? "not " : "", ++number, printable(file.name));
    for (const Diagnostic& found : file.findings)
      out += fmt::format("# {}: {}[{}]: {}\n", place_of(file, found), severity_name(found.severity), found.code.text,
                         base::split(printable(found.title()), '\n').front());
  }
  return out;
}

class FlowLint final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positionals("FILE", paths_, "files and folders with flows; `-` is standard input");
    arguments.option("--format", "FORMAT", format_, "text (default), json, sarif, github, junit or tap");
    arguments.flag("--json", json_, "the same as --format json");
    arguments.flag("--strict", strict_, "exit code 1 for warnings, too");
    arguments.flag("--no-format", no_format_, "do not warn about files that are not formatted");
  }

  int run(Session& session) override {
    if (paths_.empty())
      return session.fail(base::Error(wrong_usage, "FILE is missing").with_hint("for example: gyr flow lint flows/"));
    constexpr std::string_view formats[] = {"text", "json", "sarif", "github", "junit", "tap"};
    const std::string format = json_ ? "json" : format_.value_or("text");
    if (std::ranges::find(formats, format) == std::end(formats))
      return session.fail(base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `--format`", format))
                              .with_hint(fmt::format("use one of {}", fmt::join(formats, ", "))));
    auto paths = find_flow_files(paths_);
    if (!paths) return session.fail(paths.error());
    int code = exit_ok;
    for (const std::string& path : *paths) {
      if (auto checked = check(session, path); !checked) code = std::max(code, session.fail(checked.error()));
    }
    print(session.console, format);
    const bool refused = std::ranges::any_of(files_, [&](const LintedFile& file) {
      return file.count(Severity::error) > 0 || (strict_ && file.count(Severity::warning) > 0);
    });
    return refused ? exit_failed : code;
  }

  base::Result<void> check(const Session& session, const std::string& path) {
    GYR_TRY(auto file, read_flow_file(path, session.console));
    LintedFile& linted = files_.emplace_back(LintedFile{.name = file->name, .text = file->text, .findings = {}});
    for (const syntax::YamlPart& part : file->parts) {
      model::ParsedFlow parsed = parse_part(*file, part, session.program.registry(), {});
      const std::string key = parsed.namespace_ + "." + parsed.id;
      const auto [known, fresh] = where_.try_emplace(key, file->name);
      std::ranges::move(parsed.diagnostics, std::back_inserter(linted.findings));
      if (fresh || parsed.id.empty()) continue;
      linted.findings.push_back({.code = defined_twice,
                                 .severity = Severity::error,
                                 .message = fmt::format("the flow {} is also in {}", key, known->second),
                                 .path = "id",
                                 .span = std::nullopt,
                                 .label = {},
                                 .help = "remove one of them, or give it another id",
                                 .notes = {}});
    }
    // The text with its includes is not the file that would be formatted.
    if (no_format_ || path == "-" || file->has_includes) return {};
    const auto formatted = format_flow(file->text);
    if (!formatted || *formatted == file->text) return {};
    linted.findings.push_back({.code = not_formatted,
                               .severity = Severity::warning,
                               .message = "the file is not formatted",
                               .path = {},
                               .span = std::nullopt,
                               .label = {},
                               .help = "run `gyr flow fmt` on it",
                               .notes = {}});
    return {};
  }

  void print(const Console& console, std::string_view format) const {
    if (format == "github") return console.out.write(as_annotations(files_));
    if (format == "junit") return console.out.write(as_junit(files_));
    if (format == "tap") return console.out.write(as_tap(files_));
    if (format == "sarif") {
      SarifRun run;
      for (const LintedFile& file : files_) run.add(file.findings, file.name);
      return console.out.write(syntax::write_json(run.build(), {.pretty = true}) + '\n');
    }
    if (format == "json") {
      base::ListBuilder all;
      for (const LintedFile& file : files_) {
        const Value findings = syntax::diagnostics_to_value(file.findings, file.name);
        for (const Value& found : findings.items()) all.push(found);
      }
      return console.out.write(syntax::write_json(all.build()) + '\n');
    }
    size_t errors = 0, warnings = 0;
    std::string out;
    for (const LintedFile& file : files_) {
      errors += file.count(Severity::error);
      warnings += file.count(Severity::warning);
      if (file.findings.empty()) continue;
      out +=
          syntax::print_diagnostics(file.findings, file.name, file.text, {.color = console.color(console.out)}) + '\n';
    }
    const auto counted = [](size_t count, std::string_view what) {
      return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
    };
    out += fmt::format("{}: {}, {}\n", counted(files_.size(), "file"), counted(errors, "error"),
                       counted(warnings, "warning"));
    console.out.write(out);
  }

  std::vector<std::string> paths_;
  std::optional<std::string> format_;
  bool json_ = false, strict_ = false, no_format_ = false;
  std::vector<LintedFile> files_;
  std::map<std::string, std::string> where_;  // the file of each flow
};

}  // namespace

std::unique_ptr<Command> make_flow_fmt() { return std::make_unique<FlowFmt>(); }
std::unique_ptr<Command> make_flow_lint() { return std::make_unique<FlowLint>(); }

}  // namespace gyr::cli
