#include "host/namespace_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/id.h"
#include "storage/namespace_path.h"
#include "storage/storage.h"

namespace gyr::executor {

using Row = store::NamespaceFileRow;
using Rows = std::vector<Row>;

namespace {

/// File systems allow names of 255 bytes. The end that `content` adds makes the name of an object unique, so that the
/// name of a file may be cut.
constexpr size_t shown_name_bytes = 200;

Row new_row(const FilePlace& place, std::string path, base::Instant now) {
  Row row;
  row.tenant = place.tenant;
  row.namespace_ = place.namespace_;
  row.path = std::move(path);
  row.created = row.updated = now;
  return row;
}

/// Moves the matching rows from one list to the other.
template <class Holds>
void take(Rows& from, Rows& to, Holds holds) {
  std::erase_if(from, [&](const Row& row) {
    if (!holds(row)) return false;
    to.push_back(row);
    return true;
  });
}

}  // namespace

std::string turn_of_file(const FilePlace& place, std::string_view path) {
  return fmt::format("file\n{}\n{}\n{}", place.tenant, place.namespace_, path);
}

base::Result<std::optional<Row>> newest_row(store::Reader& reader, const FilePlace& place, std::string_view path) {
  GYR_TRY(auto revisions, reader.namespace_file_revisions(place.tenant, place.namespace_, path));
  if (revisions.empty()) return std::optional<Row>();
  return std::optional(std::move(revisions.back()));
}

base::Result<Rows> missing_directories(store::Reader& reader, const FilePlace& place, std::string_view path,
                                       base::Instant now) {
  Rows missing;
  for (size_t slash = path.find('/', 1); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    const std::string name(path.substr(0, slash));
    GYR_TRY(auto file, newest_row(reader, place, name));
    if (file && !file->deleted)
      return base::fail(storage::forbidden_path, fmt::format("`{}` is a file, not a directory", name));
    GYR_TRY(auto row, newest_row(reader, place, name + "/"));
    if (row && !row->deleted) continue;
    auto added = new_row(place, name + "/", now);
    if (row) added.revision = row->revision + 1;
    missing.push_back(std::move(added));
  }
  return missing;
}

base::Result<WritePlan> plan_write(store::Reader& reader, const FilePlace& place, const std::string& path,
                                   base::Instant now) {
  GYR_TRY(auto below,
          reader.namespace_files(store::Visible::internal("the caller is judged by the namespace of the place"),
                                 place.tenant, place.namespace_, path + "/"));
  if (!below.empty()) return base::fail(storage::forbidden_path, fmt::format("`{}` is a directory", path));
  WritePlan plan;
  GYR_TRY(plan.directories, missing_directories(reader, place, path, now));
  GYR_TRY(auto before, newest_row(reader, place, path));
  plan.row = new_row(place, path, now);
  plan.row.read_revision = before ? before->revision : 0;
  if (before) {
    plan.row.revision = before->revision + 1;
    plan.overwrites = !before->deleted;
    if (plan.overwrites) plan.row.created = before->created;
  }
  return plan;
}

std::string new_content(const Row& planned) {
  return fmt::format("v{}.{:016x}", planned.revision, base::secure_random());
}

std::string content_path(const Row& row) {
  if (row.content.empty()) return storage::namespace_file_path(row.namespace_, row.path, row.revision);
  std::string path = storage::namespace_file_path(row.namespace_, row.path, 1);
  const size_t name = path.rfind('/') + 1;
  if (path.size() - name > shown_name_bytes) {
    size_t end = name + shown_name_bytes;
    while (end > name && (static_cast<unsigned char>(path[end]) & 0xC0U) == 0x80U) --end;  // not within a character
    path.resize(end);
  }
  return fmt::format("{}.{}", path, row.content);
}

base::Result<std::optional<Row>> row_of_address(store::Reader& reader, const FilePlace& place,
                                                const std::string& address) {
  const auto revision_of = [](Rows rows, int32_t revision) {
    const auto found = std::ranges::find(rows, revision, &Row::revision);
    return found == rows.end() ? std::nullopt : std::optional(std::move(*found));
  };
  GYR_TRY(Rows rows, reader.namespace_file_revisions(place.tenant, place.namespace_, address));
  if (!rows.empty()) return rows.back().deleted ? revision_of(std::move(rows), 1) : std::move(rows.back());
  const size_t suffix = address.rfind(".v");
  if (suffix == std::string::npos) return std::optional<Row>();
  int32_t revision = 0;
  const char* end = address.data() + address.size();
  const auto [stop, error] = std::from_chars(address.data() + suffix + 2, end, revision);
  if (error != std::errc() || stop != end || revision < 2) return std::optional<Row>();
  GYR_TRY(rows, reader.namespace_file_revisions(place.tenant, place.namespace_, address.substr(0, suffix)));
  return revision_of(std::move(rows), revision);
}

base::Result<Rows> rows_to_delete(store::Reader& reader, const FilePlace& place, const std::string& path, bool parents,
                                  base::Instant now) {
  GYR_TRY(Rows all,
          reader.namespace_files(store::Visible::internal("the caller is judged by the namespace of the place"),
                                 place.tenant, place.namespace_, "/"));
  Rows gone;
  take(all, gone, [&](const Row& row) { return row.path == path || row.path.starts_with(path + "/"); });
  if (gone.empty()) return gone;
  for (size_t slash = path.rfind('/'); parents && slash != 0 && slash != std::string::npos;
       slash = path.rfind('/', slash - 1)) {
    const std::string directory = path.substr(0, slash + 1);
    if (std::ranges::any_of(all,
                            [&](const Row& row) { return row.path.starts_with(directory) && row.path != directory; }))
      break;
    take(all, gone, [&](const Row& row) { return row.path == directory; });
  }
  for (Row& row : gone) {
    row.deleted = true;
    row.updated = now;
    row.read_revision = row.revision;
  }
  return gone;
}

}  // namespace gyr::executor
