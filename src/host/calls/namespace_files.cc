// Tasks that write and delete namespace files (CORE-60, CORE-62, NSF-3 to NSF-7).
#include "host/namespace_files.h"

#include <optional>

#include "base/log.h"
#include "host/calls/arguments.h"
#include "host/host_service.h"
#include "net/loop.h"
#include "storage/namespace_path.h"

namespace gyr::executor {

using base::Value;

namespace {

/// What an upload does if the file exists (NSF-6).
enum class Conflict : uint8_t { overwrite, fail, skip };

/// A file that is moved from the storage of the execution to the namespace.
struct Upload {
  FilePlace place;
  std::string path;
  std::string from;  ///< of the object, which is moved
  Conflict conflict = Conflict::overwrite;
  std::optional<std::string> moved = {};  ///< where its content is, as soon as it has been moved
  std::string content = {};               ///< for the row, then
  uint64_t size = 0;
};

base::Result<FilePlace> place_of(const HostScope& scope, const Value& arguments) {
  FilePlace place{scope.flow.tenant, text_argument(arguments, "namespace").value_or(scope.flow.namespace_)};
  if (!storage::is_namespace(place.namespace_))
    return base::fail(host_refused, "`" + place.namespace_ + "` is not a namespace");
  return place;
}

base::Result<std::string> path_of(const Value& arguments) {
  GYR_TRY(std::string path, storage::normal_file_path(text_argument(arguments, "path").value_or("")));
  GYR_CHECK(storage::refuse_flows_path(path));
  if (path == "/") return base::fail(storage::forbidden_path, "the path does not name a file");
  return path;
}

base::Result<Upload> upload_of(const HostScope& scope, const Value& arguments) {
  Upload upload;
  GYR_TRY(upload.place, place_of(scope, arguments));
  GYR_TRY(upload.path, path_of(arguments));
  GYR_TRY(upload.from, storage::path_of_uri(text_argument(arguments, "uri").value_or("")));
  // The file is moved, so it must be a file of the running execution.
  if (!upload.from.starts_with(storage::execution_path(scope.flow.namespace_, scope.flow.id, scope.execution) + "/")) {
    return base::fail(host_refused, "`" + upload.from + "` is not a file of this execution");
  }
  const std::string conflict = text_argument(arguments, "conflict").value_or("OVERWRITE");
  if (conflict == "ERROR") upload.conflict = Conflict::fail;
  if (conflict == "SKIP") upload.conflict = Conflict::skip;
  return upload;
}

struct FileDelete {
  FilePlace place;
  std::string path;
  bool parents = false;  ///< and the directories that become empty
};

/// Deletes what it has read; if a file was written in the meantime, it reads again.
void delete_file(store::Store& store, const base::Clock& clock, FileDelete wanted, int rounds, HostService::Done done) {
  store.read(
      [&store, &clock, wanted = std::move(wanted), rounds, done = std::move(done)](store::Reader& reader) mutable {
        auto gone = rows_to_delete(reader, wanted.place, wanted.path, wanted.parents, clock.now());
        if (!gone) return done(base::fail(gone.error()));
        if (gone->empty()) return done(Value::boolean(false));
        store::Batch batch;
        batch.namespace_files = *std::move(gone);
        store.commit(std::move(batch), [&store, &clock, wanted = std::move(wanted), rounds,
                                        done = std::move(done)](base::Result<void> outcome) mutable {
          if (!outcome && outcome.error().code() == store::store_stale && rounds > 1)
            return delete_file(store, clock, std::move(wanted), rounds - 1, std::move(done));
          if (!outcome) return done(base::fail(outcome.error()));
          done(Value::boolean(true));
        });
      });
}

/// What a write of a file needs; lives as long as the service.
struct FileParts {
  store::Store& store;
  storage::Storage& storage;
  net::Pool& files;
  const base::Clock& clock;
};

/// What the conflict rule makes of an upload if the file exists; nothing if it is written.
std::optional<base::Result<Value>> answer_to_conflict(const Upload& upload, const WritePlan& plan) {
  if (!plan.overwrites || upload.conflict == Conflict::overwrite) return std::nullopt;
  if (upload.conflict == Conflict::skip) return Value();
  return base::fail(host_refused,
                    "File " + upload.path + " already exists in namespace '" + upload.place.namespace_ + "'");
}

/// Moves the content to an object of its own, once, and then stores the row that names it. If another server was
/// faster, it plans again.
void put_file(FileParts parts, Upload upload, KeyedMutex::Turn turn, int rounds, HostService::Done done) {
  parts.store.read([parts, upload = std::move(upload), turn = std::move(turn), rounds,
                    done = std::move(done)](store::Reader& reader) mutable {
    auto plan = plan_write(reader, upload.place, upload.path, parts.clock.now());
    if (!plan) return done(base::fail(plan.error()));
    auto refused = answer_to_conflict(upload, *plan);
    if (refused && !upload.moved) return done(*std::move(refused));
    parts.files.post([parts, upload = std::move(upload), plan = *std::move(plan), refused = std::move(refused),
                      turn = std::move(turn), rounds, done = std::move(done)]() mutable {
      if (refused) {  // another server has written the file since the content was moved
        auto removed = parts.storage.remove(upload.place.tenant, *upload.moved);
        if (!removed) base::log::warn("cannot delete `{}`: {}", *upload.moved, removed.error().message());
        return done(*std::move(refused));
      }
      if (!upload.moved) {
        auto attributes = parts.storage.attributes(upload.place.tenant, upload.from);
        if (!attributes) return done(base::fail(attributes.error()));
        upload.size = attributes->size;
        plan.row.content = upload.content = new_content(plan.row);
        const std::string target = content_path(plan.row);
        auto moved = parts.storage.move(upload.place.tenant, upload.from, target);
        if (!moved) return done(base::fail(moved.error()));
        upload.moved = target;
      }
      plan.row.content = upload.content;
      plan.row.size = upload.size;
      const std::string address = storage::namespace_file_path(upload.place.namespace_, upload.path, plan.row.revision);
      store::Batch batch;
      batch.namespace_files = std::move(plan.directories);
      batch.namespace_files.push_back(std::move(plan.row));
      parts.store.commit(std::move(batch), [parts, upload = std::move(upload), address, turn = std::move(turn), rounds,
                                            done = std::move(done)](base::Result<void> outcome) mutable {
        if (!outcome && outcome.error().code() == store::store_stale && rounds > 1)
          return put_file(parts, std::move(upload), std::move(turn), rounds - 1, std::move(done));
        if (!outcome) return done(base::fail(outcome.error()));
        done(Value::string(storage::uri_of_path(address)));
      });
    });
  });
}

}  // namespace

void HostService::put_namespace_file(const HostScope& scope, const Value& arguments, Done done) {
  auto upload = upload_of(scope, arguments);
  if (!upload) return done(base::fail(upload.error()));
  std::string turn_name = turn_of_file(upload->place, upload->path);
  turns_.enter(std::move(turn_name),
               [this, upload = *std::move(upload), done = std::move(done)](KeyedMutex::Turn turn) mutable {
                 put_file({store_, storage_, files_, clock_}, std::move(upload), std::move(turn),
                          store::max_write_rounds, std::move(done));
               });
}

void HostService::delete_namespace_file(const HostScope& scope, const Value& arguments, Done done) {
  auto place = place_of(scope, arguments);
  if (!place) return done(base::fail(place.error()));
  auto path = path_of(arguments);
  if (!path) return done(base::fail(path.error()));
  const bool parents = flag_argument(arguments, "deleteParentFolder", false);
  delete_file(store_, clock_, FileDelete{*place, *path, parents}, store::max_write_rounds, std::move(done));
}

}  // namespace gyr::executor
