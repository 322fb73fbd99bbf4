/** Of the drawing, in sixteenths of a rem: text that the user makes larger takes its node along. */

export const NODE_WIDTH = 208;
export const NODE_HEIGHT = 66;
/** Between two ranks. */
export const RANK_GAP = 56;
/** Between two nodes of a rank. */
export const NODE_GAP = 14;
