// The questions that show whether the parts of a server respond.
#pragma once

#include "storage/storage.h"
#include "web/http/await.h"
#include "web/http/request.h"

namespace gyr::web {

/// Asks the database a small question.
inline base::Task<base::Result<bool>> ask_database(Request* request) {
  return request->read([](store::Reader& reader) -> base::Result<bool> {
    GYR_CHECK(reader.execution(base::Id{0, 1}));
    return true;
  });
}

/// Asks the internal storage for an object that need not exist.
inline base::Task<base::Result<bool>> ask_storage(Request* request) {
  return on_pool<bool>(&request->services().work, &request->loop(),
                       [storage = &request->services().storage] { return storage->exists("main", "/_health"); });
}

}  // namespace gyr::web
