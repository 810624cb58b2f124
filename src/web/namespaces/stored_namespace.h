// The stored configuration of a namespace: reading and writing it.
#pragma once

#include <optional>
#include <string>

#include "base/value.h"
#include "store/entities/namespace.h"
#include "web/http/request.h"
#include "web/namespaces/values.h"

namespace gyr::web {

using StoredNamespace = std::optional<store::NamespaceRow>;

/// Nothing if the namespace has no configuration of its own.
base::Task<base::Result<StoredNamespace>> configured_row(Request* request, std::string id);

/// Stores the configuration, then informs the server: variables change immediately, plugin defaults for new executions.
base::Task<base::Result<json::Namespace>> write_namespace(Request* request, std::string id, base::Value body,
                                                          StoredNamespace before);

}  // namespace gyr::web
