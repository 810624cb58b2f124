// `gyr storage migrate`: copies all files from one storage to another (STOR-20).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/command.h"
#include "cli/errors.h"
#include "cli/storage_copy.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

constexpr size_t max_threads = 256;

std::string amount(uint64_t files, uint64_t bytes) {
  const std::string size = bytes < 1'000'000 ? fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3)
                                             : fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
  return fmt::format("{} {} ({})", files, files == 1 ? "file" : "files", size);
}

Value counts_value(const CopyCounts& counts) {
  const auto number = [](uint64_t value) { return Value::integer(static_cast<int64_t>(value)); };
  return Value::map({{"copied", number(counts.copied)},
                     {"copiedBytes", number(counts.copied_bytes)},
                     {"there", number(counts.there)},
                     {"thereBytes", number(counts.there_bytes)},
                     {"failed", number(counts.failed)},
                     {"complete", Value::boolean(counts.failed == 0)}});
}

class StorageMigrateCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.required_option("--from", "PLACE", from_,
                              "source: a folder, or a configuration file (.yml, .yaml) with `kestra.storage`");
    arguments.required_option("--to", "PLACE", to_, "target: a folder or a configuration file");
    arguments.list("--tenant", "TENANT", tenants_, "copy only the files of these tenants");
    arguments.flag("--compare", compare_, "compare files that exist at the target by content, not by size and date");
    arguments.flag("--dry-run", dry_run_, "copy nothing; only count the files");
    arguments.option("--threads", "N", threads_, "number of files to copy at the same time (default: 8)");
    arguments.flag("--json", json_, "print the counts as JSON");
  }

  int run(Session& session) override {
    auto counts = migrate(session);
    if (!counts) return session.fail(counts.error());
    session.console.out.write(json_ ? syntax::write_json(counts_value(*counts)) + "\n" : summary(*counts));
    return counts->failed == 0 ? exit_ok : exit_failed;
  }

 private:
  base::Result<CopyCounts> migrate(Session& session) {
    if (is_missing(from_) || is_missing(to_)) {
      return base::fail(base::Error(wrong_usage, "`--from` and `--to` are required")
                            .with_hint("for example: gyr storage migrate --from .gyr/storage --to s3.yml"));
    }
    CopyOptions options{.compare = compare_, .dry_run = dry_run_};
    if (threads_) {
      const auto [end, error] = std::from_chars(threads_->data(), threads_->data() + threads_->size(), options.threads);
      if (error != std::errc() || end != threads_->data() + threads_->size() || options.threads < 1 ||
          options.threads > max_threads) {
        return base::fail(
            base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `--threads`", printable(*threads_)))
                .with_hint(fmt::format("use a number from 1 to {}", max_threads)));
      }
    }
    GYR_TRY(const OpenedStorage from, session.program.open_storage(*from_, StorageUse::from));
    GYR_TRY(const OpenedStorage to, session.program.open_storage(*to_, StorageUse::to));
    if (from.name == to.name)
      return base::fail(wrong_usage, fmt::format("`--from` and `--to` are the same storage: {}", printable(from.name)));
    GYR_TRY(std::vector<std::string> tenants, from.tenants());
    if (!tenants_.empty()) {
      for (const std::string& tenant : tenants_) {
        if (std::ranges::find(tenants, tenant) == tenants.end())
          session.warn(fmt::format("tenant `{}` has no files", printable(tenant)));
      }
      std::erase_if(
          tenants, [this](const std::string& tenant) { return std::ranges::find(tenants_, tenant) == tenants_.end(); });
    }
    Output& err = session.console.err;
    const bool terminal = err.is_terminal();
    StorageCopy copy(*from.storage, *to.storage, options,
                     {.failed =
                          [&](const std::string& tenant, const std::string& path, const base::Error& error) {
                            err.write(fmt::format("{}failed: {}{}: {}\n", terminal ? "\r\033[K" : "", printable(tenant),
                                                  printable(path), printable(error.message())));
                          },
                      .progress =
                          [&](const CopyCounts& counts) {
                            const std::string line =
                                fmt::format("{} copied, {} existing, {} failed",
                                            amount(counts.copied, counts.copied_bytes), counts.there, counts.failed);
                            err.write(terminal ? "\r\033[K" + line : line + "\n");
                          }});
    const CopyCounts counts = copy.run(tenants);
    if (terminal) err.write("\r\033[K");
    if (counts.given_up)
      session.warn(
          fmt::format("stopped after {} failures; remove their cause and run the command again", counts.failed));
    return counts;
  }

  std::string summary(const CopyCounts& counts) const {
    std::string text =
        fmt::format("{} {}\n", amount(counts.copied, counts.copied_bytes), dry_run_ ? "would be copied" : "copied");
    if (counts.there > 0) text += fmt::format("{} existed at the target\n", amount(counts.there, counts.there_bytes));
    if (counts.failed > 0)
      text += fmt::format("{} failed; run the command again to copy the remaining files\n", counts.failed);
    return text;
  }

  std::optional<std::string> from_, to_, threads_;
  std::vector<std::string> tenants_;
  bool compare_ = false, dry_run_ = false, json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_storage_migrate() { return std::make_unique<StorageMigrateCommand>(); }

}  // namespace gyr::cli
