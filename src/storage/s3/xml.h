// XML answers of object stores.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::storage::s3 {

/// An element: its name without a namespace's prefix, its own text, what is in it.
struct XmlElement {
  std::string name;
  std::string text;
  std::vector<XmlElement> children;

  /// The first child of that name, or null.
  const XmlElement* find(std::string_view child) const;
  /// The text of the first child of that name; empty if there is none.
  std::string_view text_of(std::string_view child) const;
};

/// The root of a document. A document with a document type, and therefore with entities, is refused; so are documents
/// that are deeper than 32 elements or have more than 1,000,000. Fails with storage_failed, because such a response is
/// broken.
base::Result<XmlElement> parse_xml(std::string_view document);
/// Text, escaped for an element.
std::string xml_escaped(std::string_view text);

}  // namespace gyr::storage::s3
