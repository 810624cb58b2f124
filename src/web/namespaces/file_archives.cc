// Many namespace files at once: export as a zip, move and rename (NSF-5, NSF-18).

#include "base/log.h"
#include "storage/storage.h"
#include "storage/zip.h"
#include "web/file_store.h"
#include "web/flows/flow_pages.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/streamed.h"
#include "web/http/typed.h"
#include "web/namespace_files.h"
#include "web/routes.h"

namespace gyr::web {

using storage::ZipWriter;
namespace {

using Row = store::NamespaceFileRow;
using Rows = std::vector<Row>;

/// A move copies every revision; beyond this it would take longer than anybody waits.
constexpr size_t max_moved = 10'000;

// ---------------------------------------------------------------------------------------------- export

/// An archive that is being sent: one file after the other, in parts.
struct ExportStream {
  const Services* services;
  base::Loop* loop;
  FilePlace place;
  Rows files;
  FlowPages flow_pages;
  std::vector<store::FlowRow> flows = {};  ///< the part that is being sent
  ZipWriter writer = {};
  size_t next_file = 0;
  size_t next_flow = 0;
  bool has_all_flows = false;
  std::function<base::Task<base::Result<std::string>>()> content = {};  ///< of the file being sent
  bool finished = false;
};
using ExportPtr = std::shared_ptr<ExportStream>;

base::Task<base::Result<std::string>> begin_file(ExportPtr stream) {
  const Row& row = stream->files[stream->next_file++];
  auto content =
      co_await file_stream(stream->services, stream->loop, stream->place.tenant, content_path(row), 0, row.size);
  if (!content) {
    if (content.error().code() != storage::file_not_found) co_return base::fail(content.error());
    base::log::warn("the content of {} in namespace {} is missing, the export does not contain it", row.path,
                    stream->place.namespace_);
    co_return std::string();
  }
  stream->content = *std::move(content);
  co_return stream->writer.begin(std::string_view(row.path).substr(1), row.updated);
}

base::Result<std::string> whole_flow(ExportStream& stream) {
  const store::FlowRow& flow = stream.flows[stream.next_flow++];
  GYR_TRY(std::string head, stream.writer.begin(fmt::format("_flows/{}.yml", flow.key.id), flow.updated));
  GYR_TRY(std::string body, stream.writer.add(flow.source));
  GYR_TRY(std::string tail, stream.writer.end_entry());
  return head + body + tail;
}

base::Task<base::Result<std::string>> next_bytes(ExportPtr stream) {
  std::string out;
  while (out.empty() && !stream->finished) {
    if (stream->content) {
      GYR_CO_TRY(std::string piece, co_await stream->content());
      if (piece.empty()) {
        stream->content = nullptr;
        GYR_CO_TRY(out, stream->writer.end_entry());
      } else {
        // Packing is work: it happens on the pool, beside the reading.
        GYR_CO_TRY(out, co_await on_pool<std::string>(
                            &stream->services->work, stream->loop,
                            [stream, piece = std::move(piece)] { return stream->writer.add(piece); }));
      }
    } else if (stream->next_file < stream->files.size()) {
      GYR_CO_TRY(out, co_await begin_file(stream));
    } else if (stream->next_flow < stream->flows.size()) {
      GYR_CO_TRY(out, co_await on_pool<std::string>(&stream->services->work, stream->loop,
                                                    [stream] { return whole_flow(*stream); }));
    } else if (!stream->has_all_flows) {
      GYR_CO_TRY(stream->flows, co_await stream->flow_pages.next());
      stream->next_flow = 0;
      stream->has_all_flows = stream->flows.empty();
    } else {
      stream->finished = true;
      GYR_CO_TRY(out, stream->writer.finish());
    }
  }
  co_return out;
}

base::Task<Outcome> export_files(Request* request) {
  GYR_CO_TRY(auto place, file_place(request));
  GYR_CO_TRY(Rows files, co_await request->read([visible = request->visible(), place](store::Reader& reader) {
    return reader.namespace_files(visible, place.tenant, place.namespace_, "/");
  }));
  std::erase_if(files, [](const Row& row) { return row.path.ends_with('/'); });
  store::FlowQuery query{request->visible()};
  query.tenant = place.tenant;
  query.namespaces.push_back({store::Operator::equals, {place.namespace_}});
  auto stream =
      std::make_shared<ExportStream>(ExportStream{&request->services(), &request->loop(), place, std::move(files),
                                                  FlowPages(&request->services(), &request->loop(), std::move(query))});
  auto response = text_answer("", "application/octet-stream");
  response.headers.add("Content-Disposition", content_disposition(fmt::format("{}_files.zip", place.namespace_)));
  co_return co_await streamed(std::move(response), [stream] { return next_bytes(stream); });
}

// ---------------------------------------------------------------------------------------------- move

/// One revision of one file on its way.
struct Moved {
  Row from;
  Row to;
};
struct Move {
  std::vector<Moved> rows;
  Rows directories;
};

std::string target_of(const std::string& path, const std::string& from, const std::string& to) {
  return to + path.substr(from.size());
}

base::Result<Move> plan_move(store::Reader& reader, const store::Visible& visible, const FilePlace& place,
                             const std::string& from, const std::string& to, base::Instant now) {
  GYR_TRY(Rows all, reader.namespace_files(visible, place.tenant, place.namespace_, "/"));
  Move move;
  for (const Row& row : all) {
    if (row.path == to || row.path.starts_with(to + "/"))
      return base::fail(illegal_state, fmt::format("`{}` already exists", to));
  }
  for (const Row& row : all) {
    if (row.path != from && !row.path.starts_with(from + "/")) continue;
    const std::string target = target_of(row.path, from, to);
    // The numbers continue after an earlier file with the new name (NSF-3).
    GYR_TRY(auto before, newest_row(reader, place, target));
    const int32_t base_revision = before ? before->revision : 0;
    GYR_TRY(auto revisions, reader.namespace_file_revisions(place.tenant, place.namespace_, row.path));
    int32_t number = base_revision;
    for (const Row& revision : revisions) {
      Row moved = revision;
      moved.path = target;
      moved.read_revision = number;
      moved.revision = ++number;
      moved.content = new_content(moved);
      move.rows.push_back({revision, std::move(moved)});
    }
    if (move.rows.size() > max_moved)
      return base::fail(bad_argument,
                        fmt::format("cannot move the files: they have more than {} revisions", max_moved));
  }
  if (move.rows.empty())
    return base::fail(not_found, fmt::format("File not found: {} in namespace '{}'", from, place.namespace_));
  GYR_TRY(move.directories, missing_directories(reader, place, to, now));
  std::erase_if(move.directories, [&](const Row& directory) {
    return std::ranges::any_of(move.rows, [&](const Moved& moved) { return moved.to.path == directory.path; });
  });
  return move;
}

base::Result<void> copy_object(storage::Storage& storage, const FilePlace& place, const Moved& moved) {
  auto source = storage.get(place.tenant, content_path(moved.from), 0);
  if (!source) {
    if (source.error().code() == storage::file_not_found) return {};  // an old revision that was purged
    return base::fail(source.error());
  }
  GYR_TRY(auto sink, storage.put(place.tenant, content_path(moved.to), (*source)->metadata()));
  std::string buffer(file_piece_bytes, '\0');
  for (;;) {
    GYR_TRY(const size_t count, (*source)->read(buffer.data(), buffer.size()));
    if (count == 0) break;
    GYR_CHECK(sink->write(std::string_view(buffer).substr(0, count)));
  }
  GYR_CHECK(sink->finish());
  return {};
}

/// After a failure; what cannot be deleted has no row, so that nobody sees it.
bool remove_copies(storage::Storage& storage, const FilePlace& place, const Move& move) {
  for (const Moved& moved : move.rows) {
    if (moved.to.path.ends_with('/')) continue;
    auto removed = storage.remove(place.tenant, content_path(moved.to));
    if (!removed) base::log::warn("cannot delete a copy of {}: {}", moved.from.path, removed.error().message());
  }
  return true;
}

/// Copies first; if a step fails, the copies are deleted (NSF-5).
base::Result<bool> copy_all(storage::Storage& storage, const FilePlace& place, const Move& move) {
  for (const Moved& moved : move.rows) {
    if (moved.from.path.ends_with('/')) continue;
    auto outcome = copy_object(storage, place, moved);
    if (outcome) continue;
    remove_copies(storage, place, move);
    return base::fail(outcome.error());
  }
  return true;
}

base::Result<bool> remove_sources(storage::Storage& storage, const FilePlace& place, const Move& move) {
  for (const Moved& moved : move.rows) {
    if (moved.from.path.ends_with('/')) continue;
    auto removed = storage.remove(place.tenant, content_path(moved.from));
    if (!removed)
      base::log::warn("{} in namespace {} was moved, but its old content cannot be deleted: {}", moved.from.path,
                      place.namespace_, removed.error().message());
  }
  return true;
}

/// Plans, copies and commits; store_stale if one of the files was changed meanwhile.
base::Task<base::Result<void>> move_once(Request* request, FilePlace place, std::string from, std::string to) {
  GYR_CO_TRY(auto planned, co_await request->read([visible = request->visible(), place, from, to,
                                                   now = request->services().clock.now()](store::Reader& reader) {
    return plan_move(reader, visible, place, from, to, now);
  }));
  auto move = std::make_shared<Move>(std::move(planned));
  auto* storage = &request->services().storage;
  GYR_CO_CHECK(co_await on_pool<bool>(&request->services().work, &request->loop(),
                                      [storage, place, move] { return copy_all(*storage, place, *move); }));
  store::Batch batch;
  batch.namespace_files = move->directories;
  for (const Moved& moved : move->rows) {
    batch.namespace_files.push_back(moved.to);
    // The revisions of a file follow each other, the newest last.
    Row whole_history = moved.from;
    whole_history.read_revision = moved.from.revision;
    whole_history.revision = 0;
    auto& deleted = batch.deleted_namespace_files;
    if (!deleted.empty() && deleted.back().path == whole_history.path) deleted.pop_back();
    deleted.push_back(std::move(whole_history));
  }
  auto written = co_await request->commit(std::move(batch));
  if (!written) {
    // After another failure nobody knows whether the rows were written.
    if (written.error().code() == store::store_stale) {
      GYR_CO_CHECK(co_await on_pool<bool>(
          &request->services().work, &request->loop(),
          [storage, place, move]() -> base::Result<bool> { return remove_copies(*storage, place, *move); }));
    }
    co_return base::fail(written.error());
  }
  GYR_CO_CHECK(co_await on_pool<bool>(&request->services().work, &request->loop(),
                                      [storage, place, move] { return remove_sources(*storage, place, *move); }));
  co_return base::Result<void>();
}

base::Task<base::Result<void>> move_files(Request* request) {
  GYR_CO_TRY(auto place, file_place(request));
  GYR_CO_TRY(std::string from, normal_file_path(*request->text("from")));
  GYR_CO_TRY(std::string to, normal_file_path(*request->text("to")));
  GYR_CO_CHECK(refuse_flows_path(from));
  GYR_CO_CHECK(refuse_flows_path(to));
  if (from == "/" || to == "/") co_return base::fail(forbidden_path, "cannot move the root directory");
  if (to == from || to.starts_with(from + "/"))
    co_return base::fail(forbidden_path, "cannot move a directory into itself");
  for (int round = 1;; ++round) {
    auto moved = co_await move_once(request, place, from, to);
    if (moved) co_return base::Result<void>();
    // A file was written in the meantime: its new revision moves too.
    if (moved.error().code() != store::store_stale || round == store::max_write_rounds)
      co_return base::fail(moved.error());
  }
}

}  // namespace

std::vector<Route> namespace_archive_routes() {
  return {
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/files/export",
       .operation = "exportNamespaceFiles",
       .summary = "Export all files and flows of a namespace as a zip",
       .rule = {{"NAMESPACE_FILE", Action::read}, in_path("namespace")},
       .handler = typed<export_files>,
       .answer = sends("application/octet-stream")},
      {.method = Method::put,
       .path = "~/namespaces/{namespace}/files",
       .operation = "moveFileDirectory",
       .summary = "Move or rename a file or directory",
       .rule = {{"NAMESPACE_FILE", Action::update}, in_path("namespace")},
       .handler = typed<move_files>,
       .query = {{"from", ValueKind::text, "The current path", true}, {"to", ValueKind::text, "The new path", true}}},
  };
}

}  // namespace gyr::web
