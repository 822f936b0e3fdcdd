export const TOP = 28; // above the bands, for the names of the columns

/** Nodes below one another whose sizes are in proportion to the amounts. */
export function stack(amounts, room, gap) {
  const total = amounts.reduce((a, b) => a + b, 0) || 1;
  const apart = Math.min(gap, room / (2 * amounts.length));
  const unit = (room - apart * (amounts.length - 1)) / total;
  let y = TOP;
  return amounts.map((amount) => {
    const node = { y, size: amount * unit, scale: unit };
    y += node.size + apart;
    return node;
  });
}
