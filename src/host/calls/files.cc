// File functions of expressions: internal storage and namespace files (EXPR-273 to EXPR-276).
#include <algorithm>

#include "base/text.h"
#include "host/calls/arguments.h"
#include "host/host_service.h"
#include "host/namespace_files.h"
#include "net/loop.h"
#include "storage/access.h"

namespace gyr::executor {
namespace {

using base::Value;

/// The maximum size that one read() can add to a context.
constexpr size_t max_read = 64 * 1024 * 1024;

struct Target {
  std::string path;
  std::string shown;  ///< the name in messages
  bool namespace_file = false;
  std::string namespace_;
};

base::Result<Target> target_of(const HostScope& scope, const Value& arguments, std::string_view function) {
  auto path = text_argument(arguments, "path");
  if (!path || path->empty()) {
    return base::fail(
        host_refused,
        "The '" + std::string(function) +
            "' function expects an argument 'path' that is a path to a namespace file or an internal storage URI.");
  }
  auto namespace_ = text_argument(arguments, "namespace").value_or(scope.flow.namespace_);
  if (path->starts_with("kestra://")) {
    GYR_TRY(std::string storage_path, storage::path_of_uri(*path));
    if (!storage::execution_may_read(storage_path, scope.flow.namespace_, scope.flow.id, scope.execution)) {
      return base::fail(host_refused, "Unable to read the file '" + *path + "' as it is not an execution file");
    }
    return Target{std::move(storage_path), *path, false, {}};
  }
  std::string relative = *path;
  if (relative.starts_with("nsfile://")) {
    relative.erase(0, std::string_view("nsfile://").size());
    size_t slash = relative.find('/');
    if (slash != 0 && slash != std::string::npos) namespace_ = relative.substr(0, slash);
    relative = slash == std::string::npos ? std::string() : relative.substr(slash);
  } else if (relative.starts_with("file:")) {
    return base::fail(host_refused, storage::host_file_refusal(relative));
  } else if (relative.find("://") != std::string::npos) {
    return base::fail(host_refused, "Cannot process the URI " + *path + ": scheme not supported.");
  }
  if (relative.find("..") != std::string::npos) {
    return base::fail(host_refused, "File should be accessed with their full path and not using relative '..' path.");
  }
  while (relative.starts_with("./")) relative.erase(0, 2);
  if (!relative.starts_with('/')) relative.insert(0, "/");
  return Target{relative, relative, true, std::move(namespace_)};
}

base::Error not_found(const Target& target) {
  if (!target.namespace_file) return base::Error(storage::file_not_found, "File not found: " + target.shown);
  return base::Error(storage::file_not_found,
                     "File '" + target.path + "' was not found in namespace '" + target.namespace_ + "'.");
}

base::Result<std::string> read_all(storage::Storage& storage, const std::string& tenant, const std::string& path) {
  GYR_TRY(auto source, storage.get(tenant, path, 0));
  std::string content;
  std::string buffer(64 * 1024, '\0');
  for (;;) {
    GYR_TRY(size_t count, source->read(buffer.data(), buffer.size()));
    if (count == 0) return content;
    if (content.size() + count > max_read) {
      return base::fail(host_refused, "cannot read the file: it is larger than 64 MB, the limit for expressions");
    }
    content.append(buffer, 0, count);
  }
}

}  // namespace

void HostService::with_file(const HostScope& scope, const Value& arguments, std::string_view function,
                            std::function<void(base::Result<std::optional<std::string>>)> done) {
  auto target = target_of(scope, arguments, function);
  if (!target) return done(base::fail(target.error()));
  if (!target->namespace_file) {
    const std::string folder = storage::namespace_file_path(scope.flow.namespace_, "/", 1);
    if (!target->path.starts_with(folder)) return done(std::optional(target->path));
    // What fileURI() gives names the file, whatever its revision (STOR-35).
    store_.read([target = *target, place = FilePlace{scope.flow.tenant, scope.flow.namespace_},
                 relative = target->path.substr(folder.size() - 1), done = std::move(done)](store::Reader& reader) {
      auto row = row_of_address(reader, place, relative);
      if (!row) return done(base::fail(row.error()));
      done(std::optional(*row ? content_path(**row) : target.path));
    });
    return;
  }
  auto version = text_argument(arguments, "version");
  store_.read([target = *target, version, tenant = scope.flow.tenant, done = std::move(done)](store::Reader& reader) {
    auto rows = reader.namespace_file_revisions(tenant, target.namespace_, target.path);
    if (!rows) return done(base::fail(rows.error()));
    if (rows->empty() || (!version && rows->back().deleted)) return done(std::optional<std::string>());
    if (!version) return done(std::optional(content_path(rows->back())));
    const auto revision = static_cast<int32_t>(std::strtol(version->c_str(), nullptr, 10));
    const auto row = std::ranges::find(*rows, revision, &store::NamespaceFileRow::revision);
    done(row == rows->end() ? std::optional<std::string>() : std::optional(content_path(*row)));
  });
}

void HostService::read_file(const HostScope& scope, const Value& arguments, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  auto target = target_of(scope, arguments, "read");
  with_file(scope, arguments, "read",
            [this, shared, tenant = scope.flow.tenant, target](base::Result<std::optional<std::string>> path) {
              if (!path) return (*shared)(base::fail(path.error()));
              if (!*path) return (*shared)(base::fail(not_found(*target)));
              files_.post([this, shared, tenant, path = **path, target] {
                auto content = read_all(storage_, tenant, path);
                if (!content) {
                  return (*shared)(base::fail(content.error().code() == storage::file_not_found ? not_found(*target)
                                                                                                : content.error()));
                }
                (*shared)(Value::string(base::repair_utf8(*content)));
              });
            });
}

void HostService::file_attributes(const HostScope& scope, const Value& arguments, std::string_view function,
                                  std::function<void(base::Result<std::optional<uint64_t>>)> done) {
  with_file(scope, arguments, function,
            [this, done = std::move(done), tenant = scope.flow.tenant](base::Result<std::optional<std::string>> path) {
              if (!path) return done(base::fail(path.error()));
              if (!*path) return done(std::optional<uint64_t>());
              files_.post([this, done, tenant, path = **path] {
                auto attributes = storage_.attributes(tenant, path);
                if (attributes) return done(std::optional(attributes->size));
                if (attributes.error().code() == storage::file_not_found) return done(std::optional<uint64_t>());
                done(base::fail(attributes.error()));
              });
            });
}

void HostService::file_size(const HostScope& scope, const Value& arguments, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  auto target = target_of(scope, arguments, "fileSize");
  file_attributes(scope, arguments, "fileSize", [shared, target](base::Result<std::optional<uint64_t>> size) {
    if (!size) return (*shared)(base::fail(size.error()));
    if (!*size) return (*shared)(base::fail(not_found(*target)));
    (*shared)(Value::integer(static_cast<int64_t>(**size)));
  });
}

void HostService::file_exists(const HostScope& scope, const Value& arguments, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  file_attributes(scope, arguments, "fileExists", [shared](base::Result<std::optional<uint64_t>> size) {
    if (!size) return (*shared)(base::fail(size.error()));
    (*shared)(Value::boolean(size->has_value()));
  });
}

void HostService::file_empty(const HostScope& scope, const Value& arguments, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  auto target = target_of(scope, arguments, "isFileEmpty");
  file_attributes(scope, arguments, "isFileEmpty", [shared, target](base::Result<std::optional<uint64_t>> size) {
    if (!size) return (*shared)(base::fail(size.error()));
    if (!*size) return (*shared)(base::fail(not_found(*target)));
    (*shared)(Value::boolean(**size == 0));
  });
}

void HostService::locate_namespace_file(const HostScope& scope, const Value& arguments, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  auto target = target_of(scope, arguments, "read");
  const bool optional = flag_argument(arguments, "optional", false);
  with_file(scope, arguments, "read", [shared, target, optional](base::Result<std::optional<std::string>> path) {
    if (!path) return (*shared)(base::fail(path.error()));
    if (!*path && optional) return (*shared)(Value());
    if (!*path) return (*shared)(base::fail(not_found(*target)));
    (*shared)(Value::string(**path));
  });
}

void HostService::namespace_files(const HostScope& scope, const Value& arguments, Done done) {
  auto namespace_ = text_argument(arguments, "namespace").value_or(scope.flow.namespace_);
  auto shared = std::make_shared<Done>(std::move(done));
  store_.read([shared, tenant = scope.flow.tenant, namespace_](store::Reader& reader) {
    auto rows = reader.namespace_files(visible_to_tasks(), tenant, namespace_, "/");
    if (!rows) return (*shared)(base::fail(rows.error()));
    base::ListBuilder paths;
    for (const auto& row : *rows) {
      if (!row.path.ends_with('/')) paths.push(Value::string(row.path));  // folders have rows of their own
    }
    (*shared)(paths.build());
  });
}

}  // namespace gyr::executor
