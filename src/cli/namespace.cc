// `gyr namespace files update`, `gyr namespace kv update`: changes files and keys of a namespace (CLI-20, CLI-21).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/ignore_rules.h"
#include "cli/length_option.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::cli {
namespace {

using base::Value;
namespace fs = std::filesystem;

constexpr const char* ignore_file = ".kestraignore";

// ---------------------------------------------------------------------------------------------- files

/// A local file and its target.
struct Upload {
  std::string from;
  std::string to;
};

/// The target with a leading `/` and no trailing one; empty for the root.
std::string normal_target(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  while (path.starts_with('/')) path.remove_prefix(1);
  return path.empty() ? std::string() : "/" + std::string(path);
}

base::Result<std::vector<Upload>> files_below(const std::string& folder, const std::string& target,
                                              const Console& console) {
  IgnoreRules rules;
  std::error_code error;
  if (const fs::path file = fs::path(folder) / ignore_file; fs::is_regular_file(file, error)) {
    GYR_TRY(std::string text, read_input(file.string(), console));
    rules = IgnoreRules(text);
  }
  std::vector<Upload> uploads;
  // Symbolic links to folders are not followed: they could form a cycle.
  fs::recursive_directory_iterator walk(folder, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    std::error_code ignored;
    if (!walk->is_regular_file(ignored)) continue;
    const std::string path = walk->path().lexically_relative(folder).generic_string();
    if (path == ignore_file || rules.ignores(path)) continue;
    uploads.push_back({walk->path().string(), target + "/" + path});
  }
  if (error)
    return base::fail(unreadable_file, fmt::format("cannot read the folder `{}`: {}", folder, error.message()));
  std::ranges::sort(uploads, {}, &Upload::to);
  return uploads;
}

base::Result<std::vector<Upload>> uploads_of(const std::string& from, std::string_view to, const Console& console) {
  std::error_code error;
  const std::string target = normal_target(to);
  if (fs::is_directory(from, error)) return files_below(from, target, console);
  if (!fs::is_regular_file(from, error)) {
    return base::fail(base::Error(no_such_file, fmt::format("file or folder `{}` does not exist", from))
                          .with_hint("check the path; it is relative to the current folder"));
  }
  const bool into_folder = target.empty() || to.ends_with('/');
  return std::vector{Upload{from, into_folder ? target + "/" + fs::path(from).filename().generic_string() : target}};
}

class FilesUpdate final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("NAMESPACE", namespace_, "the namespace");
    arguments.positional("FROM", from_, "file, or folder with all files below it");
    arguments.optional_positional("TO", to_, "target path in the namespace (default: the root)");
    arguments.option("--path", "TO", path_, "target path, instead of TO");
    arguments.flag("--delete", delete_, "first delete everything at the target");
    arguments.flag("--no-delete", no_delete_, "delete nothing (default)");
    arguments.flag("--json", json_, "print [{\"from\", \"to\"}]");
    client_.declare(arguments);
  }

  int run(Session& session) override {
    if (is_missing(namespace_) || is_missing(from_)) {
      return session.fail(base::Error(wrong_usage, "NAMESPACE and FROM are required")
                              .with_hint("for example: gyr namespace files update company.team scripts/"));
    }
    if (delete_ && no_delete_)
      return session.fail(
          base::Error(wrong_usage, "cannot combine `--delete` with `--no-delete`").with_hint("omit one of them"));
    if (to_ && path_)
      return session.fail(base::Error(wrong_usage, "cannot combine TO with `--path`").with_hint("omit one of them"));
    if (path_) to_ = path_;
    // Find all local errors before anything is deleted on the server.
    auto uploads = uploads_of(*from_, to_.value_or("/"), session.console);
    if (!uploads) return session.fail(uploads.error());
    if (delete_) {
      if (auto deleted = clear_target(); !deleted) return session.fail(deleted.error());
    }
    base::ListBuilder sent;
    for (const Upload& upload : *uploads) {
      auto answer =
          client_.send({.method = "POST", .path = files("?path=" + path_part(upload.to)), .upload = upload.from});
      if (!answer) return session.fail(answer.error());
      sent.push(Value::map({{"from", Value::string(upload.from)}, {"to", Value::string(upload.to)}}));
      if (!json_) session.console.out.write(printable(upload.from) + " " + printable(upload.to) + "\n");
    }
    if (json_) session.console.out.write(syntax::write_json(sent.build()) + "\n");
    return exit_ok;
  }

 private:
  std::string files(std::string_view rest) const {
    return fmt::format("namespaces/{}/files{}", path_part(*namespace_), rest);
  }

  /// Deletes a file or folder; it is not an error if it does not exist.
  base::Result<void> remove(const std::string& path) const {
    auto removed = client_.send({.method = "DELETE", .path = files("?path=" + path_part(path))});
    if (!removed && removed.error().code() != not_on_server) return base::fail(removed.error());
    return {};
  }

  /// Deletes the target, or everything in the root.
  base::Result<void> clear_target() const {
    const std::string target = normal_target(to_.value_or("/"));
    if (!target.empty()) return remove(target);
    auto listed = client_.call_json({.path = files("/directory?path=%2F")});
    if (!listed && listed.error().code() == not_on_server) return {};
    if (!listed) return base::fail(listed.error());
    if (!listed->is_list()) return base::fail(call_refused, "the server returned an invalid list of files");
    for (const Value& entry : listed->items()) {
      const Value* name = entry.is_map() ? entry.find("fileName") : nullptr;
      if (name == nullptr || !name->is_string())
        return base::fail(call_refused, "the server returned an invalid list of files");
      GYR_CHECK(remove("/" + std::string(name->text())));
    }
    return {};
  }

  std::optional<std::string> namespace_, from_, to_, path_;
  bool delete_ = false, no_delete_ = false, json_ = false;
  ApiClient client_;
};

// ---------------------------------------------------------------------------------------------- keys

constexpr std::array<std::string_view, 7> kv_types = {"STRING", "NUMBER",   "BOOLEAN", "DATETIME",
                                                      "DATE",   "DURATION", "JSON"};

class KvUpdate final : public Command {
 public:
  /// `with_type`: three words after the namespace are type, key and value, as kestractl has it (CLI-60).
  explicit KvUpdate(bool with_type) : with_type_(with_type) {}

  void declare(Arguments& arguments) override {
    arguments.positional("NAMESPACE", namespace_, "the namespace");
    arguments.positional("KEY", key_, "name of the key");
    arguments.optional_positional("VALUE", value_, "value of the key; omit it with --file-value");
    if (with_type_)
      arguments.optional_positional("TYPED_VALUE", typed_value_,
                                    "value of the key, if the type is given before the "
                                    "key: NAMESPACE TYPE KEY VALUE");
    arguments.option("-e,--expiration", "DURATION", expiration_, "delete the key after this time: 1d, 2h30m, PT1H");
    arguments.option("-t,--type", "TYPE", type_,
                     "type of the value: STRING (plain text), NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON");
    arguments.option("-f,--file-value", "FILE", file_, "read the value from this file; `-` reads standard input");
    arguments.flag("--json", json_, "print {\"namespace\", \"key\"}");
    client_.declare(arguments);
  }

  int run(Session& session) override {
    if (typed_value_) {
      if (type_)
        return session.fail(
            base::Error(wrong_usage, "the type is given twice").with_hint("omit `--type`, or the type before the key"));
      type_ = std::exchange(key_, std::exchange(value_, typed_value_));
    }
    auto call = call_of(session.console);
    if (!call) return session.fail(call.error());
    auto answer = client_.send(*call);
    if (!answer) return session.fail(answer.error());
    session.console.out.write(json_ ? syntax::write_json(Value::map(
                                          {{"namespace", Value::string(*namespace_)}, {"key", Value::string(*key_)}})) +
                                          "\n"
                                    : fmt::format("{} {}\n", printable(*namespace_), printable(*key_)));
    return exit_ok;
  }

 private:
  base::Result<ApiCall> call_of(const Console& console) const {
    if (is_missing(namespace_) || is_missing(key_)) {
      return base::fail(base::Error(wrong_usage, "NAMESPACE, KEY and VALUE are required")
                            .with_hint("for example: gyr namespace kv update company.team limit 10"));
    }
    if (value_.has_value() == file_.has_value()) {
      return base::fail(base::Error(wrong_usage, value_ ? "cannot combine VALUE with `--file-value`"
                                                        : "VALUE or `--file-value` is required")
                            .with_hint("for example: gyr namespace kv update company.team limit 10"));
    }
    if (type_ && std::ranges::find(kv_types, *type_) == kv_types.end()) {
      return base::fail(base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `--type`", *type_))
                            .with_hint(fmt::format("use one of {}", fmt::join(kv_types, ", "))));
    }
    ApiCall call{.method = "PUT",
                 .path = fmt::format("namespaces/{}/kv/{}", path_part(*namespace_), path_part(*key_)),
                 .content_type = "text/plain"};
    if (expiration_) {
      GYR_TRY(const base::Duration length, parse_length("--expiration", *expiration_));
      call.headers.emplace_back("ttl", syntax::format_duration(length));
    }
    call.body = value_.value_or("");
    if (file_) {
      GYR_TRY(call.body, read_input(*file_, console));
    }
    if (type_ == "STRING") call.body = syntax::write_json(Value::string(call.body));
    return call;
  }

  bool with_type_;
  std::optional<std::string> namespace_, key_, value_, typed_value_, expiration_, type_, file_;
  bool json_ = false;
  ApiClient client_;
};

// ---------------------------------------------------------------------------------------------- secrets

/// The value never stands on the command line, where other users of the machine see it.
class SecretSet final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("NAMESPACE", namespace_, "the namespace");
    arguments.positional("KEY", key_, "name of the secret");
    arguments.option("--file", "FILE", file_,
                     "read the value from this file; `-` is standard input (default: ask on the terminal)");
    arguments.option("--description", "TEXT", description_, "what the secret is for");
    arguments.flag("--json", json_, "print {\"namespace\", \"key\"}");
    client_.declare(arguments);
  }

  int run(Session& session) override {
    if (is_missing(namespace_) || is_missing(key_)) {
      return session.fail(base::Error(wrong_usage, "NAMESPACE and KEY are required")
                              .with_hint("for example: gyr secret set company.team API_KEY --file key.txt"));
    }
    auto value = file_ ? read_input(*file_, session.console)
                       : read_password(fmt::format("Value of {}: ", *key_), false, session.console);
    if (!value && !file_)
      return session.fail(base::Error(wrong_usage, "the value is missing")
                              .with_hint("use `--file FILE`; `--file -` reads standard input"));
    if (!value) return session.fail(value.error());
    // An editor or `echo` ends the file with a line break that is not part of the secret.
    if (value->ends_with('\n')) value->pop_back();
    base::MapBuilder body;
    body.set("key", Value::string(*key_));
    body.set("value", Value::string(*value));
    if (description_) body.set("description", Value::string(*description_));
    auto answer = client_.call("PUT", fmt::format("namespaces/{}/secrets", path_part(*namespace_)), body.build());
    if (!answer) return session.fail(answer.error());
    session.console.out.write(json_ ? syntax::write_json(Value::map(
                                          {{"namespace", Value::string(*namespace_)}, {"key", Value::string(*key_)}})) +
                                          "\n"
                                    : fmt::format("{} {}\n", printable(*namespace_), printable(*key_)));
    return exit_ok;
  }

 private:
  std::optional<std::string> namespace_, key_, file_, description_;
  bool json_ = false;
  ApiClient client_;
};

}  // namespace

std::unique_ptr<Command> make_namespace_files_update() { return std::make_unique<FilesUpdate>(); }
std::unique_ptr<Command> make_namespace_kv_update() { return std::make_unique<KvUpdate>(false); }
std::unique_ptr<Command> make_kv_set() { return std::make_unique<KvUpdate>(true); }
std::unique_ptr<Command> make_secret_set() { return std::make_unique<SecretSet>(); }

}  // namespace gyr::cli
