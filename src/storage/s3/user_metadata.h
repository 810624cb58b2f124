// Inside s3/ only: metadata of objects as headers `x-amz-meta-…` (STOR-10).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http.h"
#include "storage/storage.h"

namespace gyr::storage::s3 {

/// The request headers with the metadata of an object. Stores ignore the case of names: a capital letter becomes `_`
/// and the lower-case letter, `_` becomes `__`. A text that is not plain ASCII becomes an encoded word of RFC 2047.
/// More than the 2 KB that stores accept is metadata_refused.
base::Result<std::vector<std::pair<std::string, std::string>>> metadata_headers(const Metadata& metadata);
/// The metadata in the headers of a response. Encoded words of other programs are also decoded; any other text is
/// unchanged.
Metadata metadata_of(const net::Headers& headers);

}  // namespace gyr::storage::s3
