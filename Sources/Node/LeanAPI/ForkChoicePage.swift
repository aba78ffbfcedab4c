/// The page that draws the tree of blocks: one file, which asks nobody but the node.
enum ForkChoicePage {
  static let bytes = PackageResources.fork_choice_html
}
