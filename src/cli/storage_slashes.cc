// `gyr storage drop-leading-slashes`: renames the keys of old data in an object store (STOR-7).
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/errors.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

class StorageSlashesCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.required_option("--in", "FILE", place_,
                              "configuration file (.yml, .yaml) with the object store in `kestra.storage`");
    arguments.flag("--dry-run", dry_run_, "change nothing; only count the objects");
    arguments.flag("--json", json_, "print the counts as JSON");
  }

  int run(Session& session) override {
    auto counts = rewrite(session);
    if (!counts) return session.fail(counts.error());
    session.console.out.write(json_ ? json(*counts) : summary(*counts));
    return counts->kept == 0 ? exit_ok : exit_failed;
  }

 private:
  base::Result<storage::LeadingSlashes> rewrite(Session& session) {
    if (is_missing(place_)) {
      return base::fail(base::Error(wrong_usage, "`--in` is required")
                            .with_hint("for example: gyr storage drop-leading-slashes --in s3.yml"));
    }
    GYR_TRY(const OpenedStorage opened, session.program.open_storage(*place_, StorageUse::from));
    if (!opened.drop_leading_slashes) {
      return base::fail(wrong_usage,
                        fmt::format("`{}` is not an object store; only keys of object stores can begin with a slash",
                                    printable(opened.name)));
    }
    return opened.drop_leading_slashes(dry_run_, [&session](std::string_view key) {
      session.console.err.write(fmt::format("kept {}: a different object has the new key\n", printable(key)));
    });
  }

  std::string summary(const storage::LeadingSlashes& counts) const {
    const auto objects = [](uint64_t count) { return fmt::format("{} {}", count, count == 1 ? "object" : "objects"); };
    std::string text = fmt::format("{} {}moved\n", objects(counts.moved), dry_run_ ? "would be " : "");
    if (counts.there > 0)
      text += fmt::format("{} existed with the new key; old copies {} removed\n", objects(counts.there),
                          dry_run_ ? "would be" : "were");
    if (counts.kept > 0)
      text += fmt::format("{} kept, because the content differs; remove what you do not need\n", objects(counts.kept));
    return text;
  }

  static std::string json(const storage::LeadingSlashes& counts) {
    const auto number = [](uint64_t value) { return Value::integer(static_cast<int64_t>(value)); };
    return syntax::write_json(Value::map(
               {{"moved", number(counts.moved)}, {"there", number(counts.there)}, {"kept", number(counts.kept)}})) +
           "\n";
  }

  std::optional<std::string> place_;
  bool dry_run_ = false, json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_storage_slashes() { return std::make_unique<StorageSlashesCommand>(); }

}  // namespace gyr::cli
