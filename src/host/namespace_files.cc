#include "host/namespace_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/namespace_path.h"

namespace gyr::executor {

using Row = store::NamespaceFileRow;
using Rows = std::vector<Row>;

namespace {

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
