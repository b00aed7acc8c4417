// What is used of a vtk.js filter that comes without declarations.
declare module "@kitware/vtk.js/Filters/General/ImageMarchingCubes.js" {
  interface ImageMarchingCubes {
    /**
     * Appends the triangles of one cell, whose first corner is the voxel i,j,k.
     * @param extent first and last voxel of each axis, which place the cell; @param slice voxels of a section
     * @param dims voxels along each axis of `scalars`
     * @param points x,y,z of each new point; two cells do not share points
     * @param polygons a 3, then three points, for each triangle
     */
    produceTriangles(
      contourValue: number,
      i: number,
      j: number,
      k: number,
      extent: readonly number[],
      slice: number,
      dims: readonly number[],
      origin: readonly number[],
      spacing: readonly number[],
      scalars: ArrayLike<number>,
      points: number[],
      polygons: number[],
      normals: number[],
    ): void;
  }

  const vtkImageMarchingCubes: {
    newInstance(values?: {
      computeNormals?: boolean;
      mergePoints?: boolean;
    }): ImageMarchingCubes;
  };
  export default vtkImageMarchingCubes;
}
