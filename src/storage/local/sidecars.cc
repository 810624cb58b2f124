#include "storage/local/sidecars.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "syntax/ion.h"

namespace gyr::storage::local {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".metadata";
/// More than check_metadata lets in, escaped: others may have written more.
constexpr size_t max_sidecar = 64 << 10;
constexpr uint32_t deepest = 4;

bool is_there(const fs::path& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0;
}

bool is_file(const fs::path& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// `x.metadata`, `x.metadata~`, …
bool is_escaped_or_free(std::string_view name) {
  while (name.ends_with('~')) name.remove_suffix(1);
  return is_kept_free(name);
}

std::optional<std::string> text_of(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  struct stat status = {};
  std::string text;
  bool whole =
      ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && static_cast<uint64_t>(status.st_size) <= max_sidecar;
  if (whole) text.resize(static_cast<size_t>(status.st_size));
  for (size_t at = 0; whole && at < text.size();) {
    const ssize_t size = ::read(file, text.data() + at, text.size() - at);
    if (size < 0 && errno == EINTR) continue;
    whole = size > 0;
    at += static_cast<size_t>(std::max<ssize_t>(size, 0));
  }
  ::close(file);
  return whole ? std::optional(std::move(text)) : std::nullopt;
}

/// One struct of texts, as every program that shares the format writes it; nulls count as not given.
std::optional<Metadata> parse(std::string_view text) {
  syntax::IonReader reader(text, {.bytes = max_sidecar, .depth = deepest});
  auto value = reader.next();
  if (!value || !*value || !(*value)->is_map()) return std::nullopt;
  Metadata metadata;
  for (const base::MapEntry& entry : (*value)->entries()) {
    if (entry.value.is_null()) continue;
    if (!entry.value.is_string()) return std::nullopt;
    metadata.emplace(entry.name(), entry.value.text());
  }
  auto end = reader.next();
  if (!end || *end) return std::nullopt;
  return metadata;
}

}  // namespace

bool is_kept_free(std::string_view on_disk) { return on_disk.size() > suffix.size() && on_disk.ends_with(suffix); }

std::string name_on_disk(std::string_view name) {
  std::string on_disk(name);
  if (is_escaped_or_free(name)) on_disk += '~';
  return on_disk;
}

std::string name_of_object(std::string_view on_disk) {
  std::string name(on_disk);
  if (!is_kept_free(on_disk) && is_escaped_or_free(on_disk)) name.pop_back();
  return name;
}

fs::path sidecar_of(const fs::path& file) { return file.string() + std::string(suffix); }

std::optional<Metadata> read_sidecar(const fs::path& file) {
  const auto text = text_of(sidecar_of(file));
  return text ? parse(*text) : std::nullopt;
}

bool is_sidecar(const fs::path& path) {
  const std::string& name = path.native();
  if (!is_kept_free(path.filename().native())) return false;
  const fs::path file = name.substr(0, name.size() - suffix.size());
  return is_file(file) && read_sidecar(file).has_value();
}

std::string sidecar_text(const Metadata& metadata) {
  base::MapBuilder map;
  for (const auto& [name, text] : metadata) map.set(name, base::Value::string(text));
  return syntax::write_ion(map.build());
}

fs::path find_on_disk(const fs::path& root, std::string_view path) {
  const fs::path normal = fs::path(path).lexically_normal();
  if (path.find(suffix) == std::string_view::npos) return root / normal.relative_path();
  fs::path found = root;
  for (const fs::path& part : normal.relative_path()) {
    if (part.empty()) continue;  // after a trailing slash
    const fs::path today = found / name_on_disk(part.native());
    const fs::path before = found / part;
    found = is_kept_free(part.native()) && !is_there(today) && is_there(before) && !is_sidecar(before) ? before : today;
  }
  return found;
}

base::Result<void> free_sidecar(const fs::path& file) {
  const fs::path sidecar = sidecar_of(file);
  if (!is_there(sidecar)) return {};
  if (!is_sidecar(sidecar)) {
    GYR_CHECK(with_name_of_today(sidecar));
    return {};
  }
  if (::unlink(sidecar.c_str()) == 0 || errno == ENOENT) return {};
  return base::fail(storage_failed, fmt::format("cannot remove `{}`: {}", sidecar.string(), std::strerror(errno)));
}

base::Result<fs::path> with_name_of_today(const fs::path& file) {
  const std::string name = file.filename().native();
  if (!is_kept_free(name)) return file;
  const fs::path today = file.parent_path() / name_on_disk(name);
  // Never over another one.
  if (::renameat2(AT_FDCWD, file.c_str(), AT_FDCWD, today.c_str(), RENAME_NOREPLACE) == 0) return today;
  return base::fail(storage_failed, fmt::format("cannot rename `{}` to `{}`, its file name on disk: {}", file.string(),
                                                today.filename().string(), std::strerror(errno)));
}

}  // namespace gyr::storage::local
