// Namespace files: an index of rows, with their content in internal storage (NSF-1 to NSF-7, API-107).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/namespace_files.h"
#include "storage/namespace_path.h"
#include "store/store.h"
#include "web/http/request.h"
#include "web/namespaces/values.h"

namespace gyr::web {

using executor::content_path;
using executor::FilePlace;
using executor::missing_directories;
using executor::new_content;
using executor::newest_row;
using storage::is_flows_path;
using storage::normal_file_path;
using storage::refuse_flows_path;

/// Fails if the text is not a namespace.
base::Result<void> check_namespace(std::string_view namespace_);

/// The files of the namespace of one request.
base::Result<FilePlace> file_place(Request* request);

/// API-68; directories end with a slash in rows.
json::FileAttributes file_attributes(const store::NamespaceFileRow& row);
/// The direct entries of a directory, from the rows below it; nothing if the directory does not exist (the root always
/// exists).
std::optional<std::vector<store::NamespaceFileRow>> directory_children(
    std::string_view directory, const std::vector<store::NamespaceFileRow>& below);

/// Stores a new revision of a file from a body (NSF-3); writers of one file take turns.
base::Task<base::Result<void>> write_namespace_file(Request* request, FilePlace place, std::string path,
                                                    net::BodyReader* content);
/// Unpacks an archive to the root of the namespace; flows below `_flows/` are imported (NSF-11). Every name is checked
/// before anything is written.
base::Task<base::Result<void>> unpack_archive(Request* request, FilePlace place, std::string archive);
/// Imports a flow that was written below `_flows`, into this namespace (NSF-7).
base::Task<base::Result<void>> import_flow_file(Request* request, FilePlace place, std::string source);

}  // namespace gyr::web
