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
  /// The text of the first child of that name; empty where there is none.
  std::string_view text_of(std::string_view child) const;
};

/// The root of a document. A document type, and with it every entity of its own, is refused; so are documents that are
/// deeper than 32 elements or have more than 1,000,000. Fails with storage_failed: such an answer is a broken one.
base::Result<XmlElement> parse_xml(std::string_view document);
/// Text as it stands in an element.
std::string xml_escaped(std::string_view text);

}  // namespace gyr::storage::s3
